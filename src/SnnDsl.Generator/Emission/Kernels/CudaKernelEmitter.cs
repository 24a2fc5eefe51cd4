using SnnDsl.Generator.Model;

namespace SnnDsl.Generator.Emission.Kernels;

/// <summary>
/// Emits the kernels of one kind of neuron as CUDA C: one translation unit that includes nothing. Every thread runs one neuron over
/// all time steps, so none waits for another, no gradient needs an atomic addition, and results are the same in every run.
/// </summary>
internal static class CudaKernelEmitter
{
    // The values of SnnDsl.Kernels.LineLimits, which the compiler cannot see; a test holds them together.
    private const string Steepest = "1024.0f";
    private static readonly string Near = CudaDialect.Literal(1f / 65536);

    /// <summary>The translation unit.</summary>
    /// <param name="neuron">The neuron's constants.</param>
    public static string Emit(NeuronModel neuron)
    {
        var say = new CudaDialect();
        var equations = new NeuronEquations(neuron, say);
        var code = new CodeWriter();
        Head(code, equations);
        FireKernels.Surrogate(code, equations, say);
        FireKernels.Forward(code.Line(), equations, say);
        FireKernels.Backward(code.Line(), equations, say);
        IntervalKernels.Intervals(code.Line(), equations, say);
        IntervalKernels.Backward(code.Line(), equations, say);
        RelaxationKernels.Relax(code.Line(), equations, say);
        RelaxationKernels.Backward(code.Line(), equations, say);
        code.Line(Rows);
        return CudaDialect.Tidy(code.ToString());
    }

    private static void Head(CodeWriter code, NeuronEquations neuron) => code
        .Comment($"Neurons with {neuron.Summary}.")
        .Comment("One thread a neuron, all time steps in one walk, the membrane in a register. Element (t, i) of a")
        .Comment("[T, M] tensor lies at t * stride + i; a stride of 0 stands for a current that is the same at all steps,")
        .Comment("or for a gradient or coefficient that is summed over them. An absent tensor is null. To be compiled")
        .Comment("without fused multiply-adds (--fmad=false): products and sums round one by one, as on the CPU.")
        .Line()
        .Comment("The steepest slope of a line, in units of its coefficients.")
        .Line($"constexpr float Steepest = {Steepest};")
        .Comment("How near to each other both sides of the threshold count as equally wide, in units of their size.")
        .Line($"constexpr float Near = {Near};")
        .Line(Words);

    private const string Words =
        """

        // The smaller and the larger of two. What is not a number stays so: fminf and fmaxf would hide it in a bound.
        __device__ __forceinline__ float Min(float a, float b)
        {
            return a < b || a != a ? a : b;
        }

        __device__ __forceinline__ float Max(float a, float b)
        {
            return a > b || a != a ? a : b;
        }

        // A later element of a tensor; absent where the tensor is.
        template <typename T>
        __device__ __forceinline__ T* At(T* tensor, long long offset)
        {
            return tensor == nullptr ? tensor : tensor + offset;
        }

        """;

    // Coefficients are [S, B, K, N] and membranes [S, B, N]: the two indices of a neuron are j in [B, K, N] and i in [B, N].
    private const string Rows =
        """

        // RelaxNeuron for all samples, rows and neurons: one thread each, j in [B, K, N]. The constants of a row
        // are summed over its neurons afterwards, in float64 and in a fixed order: added up atomically, they would
        // differ from run to run.
        extern "C" __global__ void Relax(
            int joint, const float* __restrict__ spikeCoefficients, const float* __restrict__ row,
            const float* __restrict__ lowerMembranes, const float* __restrict__ upperMembranes,
            float* __restrict__ currentCoefficients, double* __restrict__ constants, long long coefficientStride,
            long long membraneStride, long long outputStride, int steps, long long rows, long long neurons,
            long long count)
        {
            long long j = (long long)blockIdx.x * blockDim.x + threadIdx.x;
            if (j >= count)
            {
                return;
            }

            long long i = j / (rows * neurons) * neurons + j % neurons;
            constants[j] = RelaxNeuron(
                joint, At(spikeCoefficients, j), At(row, j), lowerMembranes + i, upperMembranes + i,
                currentCoefficients + j, coefficientStride, membraneStride, outputStride, steps);
        }

        // RelaxNeuronBackward for all samples and neurons: one thread each, i in [B, N]. A thread takes its rows
        // one after the other, because they add to the same gradients of the membranes' bounds; slopes is room for
        // one row's, [S, B, N].
        extern "C" __global__ void RelaxBackward(
            int joint, const float* __restrict__ spikeCoefficients, const float* __restrict__ row,
            const float* __restrict__ lowerMembranes, const float* __restrict__ upperMembranes,
            const float* __restrict__ outputGradients, const float* __restrict__ constantGradients,
            float* __restrict__ spikeCoefficientGradients, float* __restrict__ rowGradients,
            float* __restrict__ lowerMembraneGradients, float* __restrict__ upperMembraneGradients, float* slopes,
            long long coefficientStride, long long membraneStride, long long outputStride, int steps, long long rows,
            long long neurons, long long count)
        {
            long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x;
            if (i >= count)
            {
                return;
            }

            for (long long k = 0; k < rows; k++)
            {
                long long r = i / neurons * rows + k;
                long long j = r * neurons + i % neurons;
                RelaxNeuronBackward(
                    joint, At(spikeCoefficients, j), At(row, j), lowerMembranes + i, upperMembranes + i,
                    outputGradients + j, constantGradients[r], At(spikeCoefficientGradients, j), At(rowGradients, j),
                    lowerMembraneGradients + i, upperMembraneGradients + i, coefficientStride, membraneStride,
                    outputStride, steps, slopes + i);
            }
        }
        """;
}
