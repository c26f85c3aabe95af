using System.Text.Json;
using System.Text.Json.Nodes;

namespace WazoPlugind.Platform.Validation;

/// <summary>A boolean, or one of the texts that the replaced service took for one.</summary>
public sealed record BooleanSchema : ValueSchema
{
    private static readonly string[] Truths = ["1", "t", "T", "true", "True", "TRUE", "on", "On", "ON", "y", "Y", "yes", "Yes", "YES"];
    private static readonly string[] Untruths = ["0", "f", "F", "false", "False", "FALSE", "off", "Off", "OFF", "n", "N", "no", "No", "NO"];

    /// <inheritdoc/>
    public override JsonObject? Check(JsonNode value) => Parse(value) is null ? FieldError.Type("boolean").ToJson() : null;

    /// <summary>The boolean that a value stands for, or <c>null</c>.</summary>
    /// <param name="value">A JSON boolean, number or text.</param>
    public static bool? Parse(JsonNode value)
    {
        if (value.GetValueKind() is JsonValueKind.Object or JsonValueKind.Array)
            return null;
        var text = value.ToString();
        if (Truths.Contains(text))
            return true;
        return Untruths.Contains(text) ? false : null;
    }
}
