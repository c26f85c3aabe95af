using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace WazoPlugind.Platform.Validation;

/// <summary>A rule that a string satisfies or breaks.</summary>
/// <param name="Check">Gives the error when the string breaks the rule, else <c>null</c>.</param>
public sealed record StringRule(Func<string, FieldError?> Check)
{
    /// <summary>Not shorter than <paramref name="min"/>.</summary>
    /// <param name="min">In characters.</param>
    public static StringRule MinLength(int min) => new(text => text.Length >= min
        ? null
        : new FieldError($"Shorter than minimum length {min}.", "length", new JsonObject { ["min"] = min, ["max"] = null }));

    /// <summary>Not longer than <paramref name="max"/>.</summary>
    /// <param name="max">In characters.</param>
    public static StringRule MaxLength(int max) => new(text => text.Length <= max
        ? null
        : new FieldError($"Longer than maximum length {max}.", "length", new JsonObject { ["min"] = null, ["max"] = max }));

    /// <summary>Without control characters, a line's end among them.</summary>
    public static StringRule NoControl { get; } = new(text => text.Any(char.IsControl)
        ? new FieldError("Control characters are not allowed.", "regex", @"^[^\u0000-\u001f\u007f-\u009f]*$")
        : null);

    /// <summary>One of some values.</summary>
    /// <param name="choices">The values.</param>
    public static StringRule OneOf(params string[] choices) => new(text => choices.Contains(text)
        ? null
        : new FieldError(
            $"Must be one of: {string.Join(", ", choices)}.",
            "enum",
            new JsonObject { ["choices"] = new JsonArray([.. choices.Select(choice => JsonValue.Create(choice))]) }));

    /// <summary>Matched by a regular expression.</summary>
    /// <param name="pattern">The expression. It must end in <c>\z</c>: <c>$</c> also matches before a final newline.</param>
    /// <param name="shown">The expression as it is reported.</param>
    public static StringRule Matches(Regex pattern, string shown) => new(text => pattern.IsMatch(text)
        ? null
        : new FieldError("String does not match expected pattern.", "regex", shown));
}
