using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using SnnDsl.Hardware;

namespace SnnDsl.Events;

/// <summary>
/// Dense matrix products on raw memory, on the caller's thread alone. They run in the MKL that libtorch brings on x86-64 Linux; elsewhere
/// in vector loops of our own.
/// </summary>
internal static unsafe class Gemm
{
    private const int PanelWidth = 16;

    private static readonly delegate* unmanaged<
        byte*, byte*, int*, int*, int*, float*, float*, int*, float*, int*, float*, float*, int*, void> sgemm;

    private static readonly delegate* unmanaged<int, int> setThreads;

    static Gemm()
    {
        if (NativeLibrary.TryLoad("torch_cpu", typeof(Gemm).Assembly, null, out nint library)
            && NativeLibrary.TryGetExport(library, "SGEMM", out nint product)
            && NativeLibrary.TryGetExport(library, "MKL_Set_Num_Threads_Local", out nint threads))
        {
            sgemm = (delegate* unmanaged<
                byte*, byte*, int*, int*, int*, float*, float*, int*, float*, int*, float*, float*, int*, void>)product;
            setThreads = (delegate* unmanaged<int, int>)threads;
        }
    }

    /// <summary>Whether products run in MKL.</summary>
    public static bool IsNative => sgemm != null;

    /// <summary>C = alpha op(A) op(B) + beta C, row-major.</summary>
    /// <param name="m">Rows of op(A) and C.</param>
    /// <param name="n">Columns of op(B) and C.</param>
    /// <param name="k">Columns of op(A), rows of op(B).</param>
    /// <param name="alpha">The factor of the product.</param>
    /// <param name="a">A, [m, k], or [k, m] if transposed.</param>
    /// <param name="aStride">From row to row of A as it lies in memory.</param>
    /// <param name="transposeA">Whether op(A) is A'.</param>
    /// <param name="b">B, [k, n], or [n, k] if transposed.</param>
    /// <param name="bStride">From row to row of B as it lies in memory.</param>
    /// <param name="transposeB">Whether op(B) is B'.</param>
    /// <param name="beta">The factor of C; 0: C is not read.</param>
    /// <param name="c">C, [m, n].</param>
    /// <param name="cStride">From row to row of C.</param>
    public static void Multiply(
        int m, int n, int k, float alpha, float* a, int aStride, bool transposeA, float* b, int bStride, bool transposeB, float beta,
        float* c, int cStride)
    {
        if (m == 0 || n == 0)
            return;
        if (!IsNative)
        {
            MultiplyPortably(m, n, k, alpha, a, aStride, transposeA, b, bStride, transposeB, beta, c, cStride);
            return;
        }

        // Fortran reads our rows as columns: C' = op(B)' op(A)'. MKL's threads would fight with the loop that calls us.
        byte left = (byte)(transposeB ? 'T' : 'N'), right = (byte)(transposeA ? 'T' : 'N');
        int before = setThreads(1);
        sgemm(&left, &right, &n, &m, &k, &alpha, b, &bStride, a, &aStride, &beta, c, &cStride);
        setThreads(before);
    }

    /// <summary>The same without MKL.</summary>
    /// <inheritdoc cref="Multiply"/>
    internal static void MultiplyPortably(
        int m, int n, int k, float alpha, float* a, int aStride, bool transposeA, float* b, int bStride, bool transposeB, float beta,
        float* c, int cStride)
    {
        // Panels of op(B), 16 columns wide and filled up with zeros, and tiles of 4 x 16 sums that stay in registers.
        using var workspace = Workspace.Rent((nint)k * PanelWidth + 4 * PanelWidth, 2);
        float* panel = workspace.Floats((nint)k * PanelWidth);
        float* tile = workspace.Floats(4 * PanelWidth);
        (nint rowStep, nint innerStep) = transposeA ? (1, aStride) : ((nint)aStride, 1);
        for (int column = 0; column < n; column += PanelWidth)
        {
            int width = Math.Min(PanelWidth, n - column);
            for (nint p = 0; p < k; p++)
            {
                for (int j = 0; j < PanelWidth; j++)
                    panel[p * PanelWidth + j] = j >= width ? 0 : transposeB ? b[(column + j) * (nint)bStride + p] : b[p * bStride + column + j];
            }

            for (int row = 0; row < m; row += 4)
            {
                int height = Math.Min(4, m - row);
                float* from = a + row * rowStep;
                // A missing row repeats the last one; its sums are not stored.
                Tile(k, from, from + Math.Min(1, height - 1) * rowStep, from + Math.Min(2, height - 1) * rowStep,
                    from + (height - 1) * rowStep, innerStep, panel, tile);
                for (int i = 0; i < height; i++)
                {
                    float* to = c + (row + i) * (nint)cStride + column;
                    // The last tile row stands for the last matrix row, whatever the height.
                    float* sums = tile + (i == height - 1 ? 3 : i) * PanelWidth;
                    for (int j = 0; j < width; j++)
                        to[j] = beta == 0 ? alpha * sums[j] : alpha * sums[j] + beta * to[j];
                }
            }
        }
    }

    private static void Tile(int k, float* a0, float* a1, float* a2, float* a3, nint step, float* panel, float* sums)
    {
        Vector256<float> s00 = default, s01 = default, s10 = default, s11 = default;
        Vector256<float> s20 = default, s21 = default, s30 = default, s31 = default;
        for (nint p = 0; p < k; p++)
        {
            Vector256<float> left = Vector256.Load(panel + p * PanelWidth), right = Vector256.Load(panel + p * PanelWidth + 8);
            Vector256<float> x = Vector256.Create(a0[p * step]);
            s00 = Vector256.MultiplyAddEstimate(x, left, s00);
            s01 = Vector256.MultiplyAddEstimate(x, right, s01);
            x = Vector256.Create(a1[p * step]);
            s10 = Vector256.MultiplyAddEstimate(x, left, s10);
            s11 = Vector256.MultiplyAddEstimate(x, right, s11);
            x = Vector256.Create(a2[p * step]);
            s20 = Vector256.MultiplyAddEstimate(x, left, s20);
            s21 = Vector256.MultiplyAddEstimate(x, right, s21);
            x = Vector256.Create(a3[p * step]);
            s30 = Vector256.MultiplyAddEstimate(x, left, s30);
            s31 = Vector256.MultiplyAddEstimate(x, right, s31);
        }

        s00.Store(sums);
        s01.Store(sums + 8);
        s10.Store(sums + 16);
        s11.Store(sums + 24);
        s20.Store(sums + 32);
        s21.Store(sums + 40);
        s30.Store(sums + 48);
        s31.Store(sums + 56);
    }
}
