namespace SnnDsl.Data;

/// <summary>The content of an IDX file of images.</summary>
/// <param name="Pixels">All pixels, image after image, row after row.</param>
/// <param name="Count">The number of images.</param>
/// <param name="Rows">The height of an image.</param>
/// <param name="Columns">The width of an image.</param>
public sealed record IdxImages(byte[] Pixels, int Count, int Rows, int Columns);
