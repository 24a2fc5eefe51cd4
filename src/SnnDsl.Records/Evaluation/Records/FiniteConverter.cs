using System.Numerics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SnnDsl.Evaluation.Records;

/// <summary>Reads numbers that are finite in their type alone: 1e39 is none of float32, and would be read as infinity.</summary>
/// <typeparam name="T">float or double.</typeparam>
internal sealed class FiniteConverter<T> : JsonConverter<T>
    where T : struct, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.Number)
        {
            throw new JsonException("a number is needed");
        }

        // float32 numbers are read as such: through float64 they would be rounded twice.
        T number = typeof(T) == typeof(float) ? T.CreateChecked(reader.GetSingle()) : T.CreateChecked(reader.GetDouble());
        return T.IsFinite(number) ? number : throw new JsonException($"a number is beyond those that {typeof(T).Name} holds");
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
    {
        if (typeof(T) == typeof(float))
        {
            writer.WriteNumberValue(float.CreateChecked(value));
        }
        else
        {
            writer.WriteNumberValue(double.CreateChecked(value));
        }
    }
}
