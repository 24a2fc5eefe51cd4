using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace SnnDsl.CommandLine.Options;

/// <summary>Makes options whose errors are sentences that name what could have been given.</summary>
internal static class Choice
{
    /// <summary>An option that takes one of a few words.</summary>
    public static Option<T?> Of<T>(string name, string what, string description, params (string Word, T Value)[] choices)
        where T : struct => new Option<T?>(name)
        {
            Description = description,
            CustomParser = result => Parse(result, what, choices),
        }.WithWords([.. choices.Select(choice => choice.Word)]);

    /// <summary>Says in the help, and to a shell that completes it, which words an option takes.</summary>
    /// <param name="option">The option.</param>
    /// <param name="words">The words.</param>
    /// <returns>The option.</returns>
    public static TOption WithWords<TOption>(this TOption option, params string[] words)
        where TOption : Option
    {
        option.HelpName = string.Join('|', words);
        option.CompletionSources.Clear();
        option.CompletionSources.Add(words);
        return option;
    }

    /// <summary>An option that takes a number, always with a decimal point.</summary>
    public static Option<T?> Number<T>(string name, string helpName, string description, Func<T, string?>? check = null)
        where T : struct, INumber<T> => new(name)
        {
            HelpName = helpName,
            Description = description,
            CustomParser = result => ParseNumber(result, name, check),
        };

    /// <summary>A whole number of at least some value.</summary>
    public static Option<int?> AtLeast(int least, string name, string helpName, string description) =>
        Number<int>(name, helpName, description, value => value < least ? $"it must be at least {least}" : null);

    private static T? Parse<T>(ArgumentResult result, string what, (string Word, T Value)[] choices)
        where T : struct
    {
        string word = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        foreach (var choice in choices)
        {
            if (choice.Word.Equals(word, StringComparison.OrdinalIgnoreCase))
            {
                return choice.Value;
            }
        }

        result.AddError($"There is no {what} '{word}': give one of {string.Join(", ", choices.Select(choice => choice.Word))}.");
        return null;
    }

    private static T? ParseNumber<T>(ArgumentResult result, string name, Func<T, string?>? check)
        where T : struct, INumber<T>
    {
        string text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        bool isWhole = typeof(T) != typeof(double);
        // A comma stands for thousands in one country and for a point in another: neither is taken.
        if (!T.TryParse(text, isWhole ? NumberStyles.Integer : NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
        {
            string kind = isWhole ? "whole number" : $"number with a decimal point, such as {(text.Contains(',') ? text.Replace(',', '.') : "0.1")}";
            result.AddError($"{name} is '{text}', but it must be a {kind}.");
            return null;
        }

        if (check?.Invoke(value) is { } complaint)
        {
            result.AddError($"{name} is {text}, but {complaint}.");
            return null;
        }

        return value;
    }
}
