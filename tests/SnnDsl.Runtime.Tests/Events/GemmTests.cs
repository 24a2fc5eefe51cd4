using System.Runtime.InteropServices;
using CsCheck;
using SnnDsl.Events;

namespace SnnDsl.Runtime.Tests.Events;

/// <summary>Matrix products on raw memory, in MKL and in our own loops, against sums in a double loop.</summary>
public unsafe class GemmTests
{
    private delegate void Product(
        int m, int n, int k, float alpha, float* a, int aStride, bool transposeA, float* b, int bStride, bool transposeB, float beta,
        float* c, int cStride);

    [Fact]
    public void NativeEqualsSums() => Sample(Gemm.Multiply);

    [Fact]
    public void PortableEqualsSums() => Sample(Gemm.MultiplyPortably);

    [Fact]
    public void LibtorchOnLinuxBringsMkl()
    {
        bool expected = OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64;
        Assert.True(Gemm.IsNative || !expected);
    }

    [Fact]
    public void BetaZeroIgnoresWhatWasThere()
    {
        float a = 2, b = 3;
        foreach (Product product in new Product[] { Gemm.Multiply, Gemm.MultiplyPortably })
        {
            float c = float.NaN;
            product(1, 1, 1, 1, &a, 1, false, &b, 1, false, 0, &c, 1);
            Assert.Equal(6, c);
        }
    }

    // Small whole numbers: every sum is exact, so every order of summation must give the same bits.
    private static void Sample(Product product) =>
        (from m in Gen.Int[1, 9]
         from n in Gen.Int[1, 40]
         from k in Gen.Int[0, 20]
         from gap in Gen.Int[0, 3]
         from transposeA in Gen.Bool
         from transposeB in Gen.Bool
         from alpha in Gen.Int[-2, 2]
         from beta in Gen.Int[-1, 1]
         from seed in Gen.Int
         select (m, n, k, gap, transposeA, transposeB, alpha, beta, seed)).Sample(s =>
        {
            var random = new Random(s.seed);
            int aStride = (s.transposeA ? s.m : s.k) + s.gap + 1, bStride = (s.transposeB ? s.k : s.n) + s.gap + 1, cStride = s.n + s.gap;
            float[] a = Whole((s.transposeA ? s.k : s.m) * aStride + 1), b = Whole((s.transposeB ? s.n : s.k) * bStride + 1);
            float[] c = Whole(s.m * cStride), expected = [.. c];
            for (int i = 0; i < s.m; i++)
            {
                for (int j = 0; j < s.n; j++)
                {
                    float sum = 0;
                    for (int p = 0; p < s.k; p++)
                        sum += (s.transposeA ? a[p * aStride + i] : a[i * aStride + p]) * (s.transposeB ? b[j * bStride + p] : b[p * bStride + j]);
                    expected[i * cStride + j] = s.alpha * sum + s.beta * expected[i * cStride + j];
                }
            }

            fixed (float* pa = a, pb = b, pc = c)
                product(s.m, s.n, s.k, s.alpha, pa, aStride, s.transposeA, pb, bStride, s.transposeB, s.beta, pc, cStride);
            Assert.Equal(expected, c);

            float[] Whole(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)random.Next(-4, 5))];
        }, iter: 300, threads: 1);
}
