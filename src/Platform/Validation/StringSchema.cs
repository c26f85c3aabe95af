using System.Text.Json;
using System.Text.Json.Nodes;

namespace WazoPlugind.Platform.Validation;

/// <summary>A string that satisfies every rule.</summary>
/// <param name="Rules">The rules, the first that is broken being the one reported.</param>
public sealed record StringSchema(params StringRule[] Rules) : ValueSchema
{
    /// <summary>A text of at least one character, on one line.</summary>
    public static StringSchema Line { get; } = new(StringRule.MinLength(1), StringRule.NoControl);

    /// <inheritdoc/>
    public override JsonObject? Check(JsonNode value)
    {
        if (value.GetValueKind() != JsonValueKind.String)
            return FieldError.Type("string").ToJson();
        var text = value.GetValue<string>();
        return Rules.Select(rule => rule.Check(text)).FirstOrDefault(error => error is not null)?.ToJson();
    }
}
