using System.Buffers.Binary;

namespace Consumer;

/// <summary>8x8 images with horizontal or vertical stripes, in the files that MNIST is published in.</summary>
internal static class StripeFiles
{
    public static void Write(string folder, string prefix, int count)
    {
        byte[] images = new byte[16 + count * 64], labels = new byte[8 + count];
        Header(images, 0x803, count, 8, 8);
        Header(labels, 0x801, count);
        for (int i = 0; i < count; i++)
        {
            int label = i % 2;
            labels[8 + i] = (byte)label;
            for (int pixel = 0; pixel < 64; pixel++)
            {
                int stripe = (label == 0 ? pixel / 8 : pixel % 8) / 2 % 2;
                images[16 + i * 64 + pixel] = (byte)(stripe * 200 + (i * 5 + pixel * 3) % 50);
            }
        }

        File.WriteAllBytes(Path.Combine(folder, $"{prefix}-images-idx3-ubyte"), images);
        File.WriteAllBytes(Path.Combine(folder, $"{prefix}-labels-idx1-ubyte"), labels);
    }

    private static void Header(byte[] file, params int[] numbers)
    {
        for (int i = 0; i < numbers.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(4 * i), numbers[i]);
        }
    }
}
