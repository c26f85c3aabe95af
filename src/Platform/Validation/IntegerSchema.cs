using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace WazoPlugind.Platform.Validation;

/// <summary>An integer within bounds. As the replaced service did, it takes for one a text of digits, and a number like 1.0.</summary>
/// <param name="Min">The least value allowed.</param>
/// <param name="Max">The greatest value allowed, if there is one.</param>
public sealed record IntegerSchema(int Min, int? Max = null) : ValueSchema
{
    /// <inheritdoc/>
    public override JsonObject? Check(JsonNode value)
    {
        if (Parse(value) is not { } number)
            return FieldError.Type("integer").ToJson();
        return number < Min || number > Max ? FieldError.Range(Min, Max).ToJson() : null;
    }

    /// <summary>The integer that a value stands for, or <c>null</c>.</summary>
    /// <param name="value">A JSON number or text.</param>
    public static long? Parse(JsonNode value)
    {
        var styles = value.GetValueKind() switch
        {
            // Nothing but zeros may follow the point.
            JsonValueKind.Number => NumberStyles.Integer | NumberStyles.AllowDecimalPoint,
            JsonValueKind.String => NumberStyles.Integer,
            _ => (NumberStyles?)null,
        };
        return styles is { } style && long.TryParse(value.ToString(), style, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}
