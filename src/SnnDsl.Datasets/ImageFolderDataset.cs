using SkiaSharp;
using static TorchSharp.torch;

namespace SnnDsl.Data;

/// <summary>
/// Loads images from folders, a folder a class: <c>train/cat/1.png</c>, <c>train/dog/1.png</c>, <c>test/cat/7.png</c>, ..., as
/// torchvision's <c>ImageFolder</c> does.
/// </summary>
/// <remarks>
/// Classes are the folders of <c>train</c> in ordinal order of their names, in both splits, and called by them: one that has no test images keeps its number.
/// Where there is no <c>train</c>, the folders of <c>test</c> are. Samples follow in the order of class and file name. PNG, JPEG, WebP,
/// BMP and GIF are read; all images have one size, for nothing is scaled or cut in silence. Records name an image by its decoded
/// pixels.
/// </remarks>
public static class ImageFolderDataset
{
    private static readonly string[] Endings = [".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif"];

    /// <summary>Loads one split.</summary>
    /// <param name="directory">Holds the folders <c>train</c> and <c>test</c>, and these a folder for each class.</param>
    /// <param name="split"><c>train</c> or <c>test</c>.</param>
    /// <param name="channels">
    /// 3: red, green, blue; 1: grey, of a coloured pixel its luma (ITU-R BT.601: 0.299 R + 0.587 G + 0.114 B, rounded).
    /// </param>
    /// <param name="name">What records call the data set.</param>
    /// <returns>Inputs [B, channels, H, W], each value its byte / 255.</returns>
    /// <exception cref="DataFileException">
    /// A folder is absent or empty, <c>test</c> has a class that <c>train</c> has not, a folder's name is no class's name, a file is no image, has another size than the first, or has pixels that are not opaque.
    /// </exception>
    /// <exception cref="ArgumentException">The split is neither <c>train</c> nor <c>test</c>, or the channels are neither 1 nor 3.</exception>
    public static Dataset Load(string directory, string split, int channels = 3, string name = "images")
    {
        if (split is not ("train" or "test")) throw new ArgumentException($"There is no split '{split}'; give 'train' or 'test'.", nameof(split));
        if (channels is not (1 or 3)) throw new ArgumentException($"Images have 1 or 3 channels, not {channels}.", nameof(channels));
        string root = Path.Combine(directory, split);
        if (!Directory.Exists(root))
            throw new DataFileException($"There is no folder '{root}'; images are expected as {split}/<class>/<file>.png.");
        string[] classes = Classes(directory);
        (string Path, long Label)[] files = [.. classes.SelectMany((folder, label) => Images(Path.Combine(root, folder)).Select(path => (path, (long)label)))];
        if (files.Length == 0)
            throw new DataFileException($"The folder '{root}' holds no images; they are expected as {split}/<class>/<file>.png ({string.Join(", ", Endings)}).");

        SKSizeI size = default;
        byte[] pixels = [];
        for (int i = 0; i < files.Length; i++)
        {
            using SKBitmap image = Decode(files[i].Path);
            if (i == 0)
            {
                size = new(image.Width, image.Height);
                long all = (long)files.Length * channels * size.Width * size.Height;
                if (all > Array.MaxLength)
                    throw new DataFileException($"The {files.Length} images of {size.Width} x {size.Height} in '{root}' are more than can be held.");
                pixels = new byte[all];
            }
            else if (image.Width != size.Width || image.Height != size.Height)
            {
                throw new DataFileException($"'{files[i].Path}' is {image.Width} x {image.Height}, but '{files[0].Path}' is {size.Width} x {size.Height}; " +
                    "all images need one size.");
            }
            int area = size.Width * size.Height;
            Copy(image, pixels.AsSpan(i * channels * area, channels * area), channels, files[i].Path);
        }
        using Tensor inputs = tensor(pixels, [files.Length, channels, size.Height, size.Width], dtype: ScalarType.Byte);
        using Tensor labels = tensor(Array.ConvertAll(files, file => file.Label), dtype: ScalarType.Int64);
        return Dataset.FromTensors(inputs, labels, name, split, classes.Length).With(source: directory, classNames: classes);
    }

    // Of both splits: a class without test images must not move the numbers of those behind it.
    private static string[] Classes(string directory)
    {
        string[] train = Folders(directory, "train"), test = Folders(directory, "test");
        if (train.Length == 0) return test;
        return test.Except(train).FirstOrDefault() is not { } unknown ? train
            : throw new DataFileException($"'{directory}' has the folder test/{unknown}, but no train/{unknown}: the folders of train are the classes, so add it there or take it out of test.");
    }

    private static string[] Folders(string directory, string split)
    {
        string root = Path.Combine(directory, split);
        if (!Directory.Exists(root)) return [];
        string[] names = [.. Directory.EnumerateDirectories(root).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)];
        try
        {
            Dataset.CheckClassNames(names, split);
            return names;
        }
        catch (ArgumentException e)
        {
            throw new DataFileException($"The folders of '{root}' cannot be classes: {e.Message.Split(" (Parameter")[0]}", e);
        }
    }

    private static IEnumerable<string> Images(string folder) => !Directory.Exists(folder) ? [] : Directory.EnumerateFiles(folder)
        .Where(path => Endings.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase)).Order(StringComparer.Ordinal);

    private static SKBitmap Decode(string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataFileException($"The image '{path}' cannot be read: {e.Message}", e);
        }
        try
        {
            using var data = SKData.CreateCopy(bytes);
            using SKCodec? codec = SKCodec.Create(data);
            if (codec is not null)
            {
                // Without a colour space nothing is converted: a byte in the file is a byte of the input.
                var bitmap = new SKBitmap(new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul, null));
                if (codec.GetPixels(bitmap.Info, bitmap.GetPixels()) == SKCodecResult.Success) return bitmap;
                bitmap.Dispose();
            }
        }
        catch (Exception e) when (e is DllNotFoundException or TypeInitializationException)
        {
            throw new DataFileException("Images cannot be decoded, because libSkiaSharp was not found: on Linux, reference the package SkiaSharp.NativeAssets.Linux.NoDependencies.", e);
        }
        throw new DataFileException($"'{path}' is damaged, truncated, or no image that can be read ({string.Join(", ", Endings)}).");
    }

    private static void Copy(SKBitmap image, Span<byte> target, int channels, string path)
    {
        ReadOnlySpan<byte> source = image.GetPixelSpan();
        int area = image.Width * image.Height;
        for (int i = 0; i < area; i++)
        {
            ReadOnlySpan<byte> pixel = source.Slice(4 * i, 4);
            if (pixel[3] != 255)
                throw new DataFileException($"'{path}' has a pixel that is not opaque, at ({i % image.Width}, {i / image.Width}); save it without transparency.");
            if (channels == 3)
            {
                for (int c = 0; c < 3; c++) target[(c * area) + i] = pixel[c];
            }
            else
            {
                // 65536 times the three weights, which add up to it: grey stays what it is.
                target[i] = (byte)(((19595 * pixel[0]) + (38470 * pixel[1]) + (7471 * pixel[2]) + 32768) >> 16);
            }
        }
    }
}
