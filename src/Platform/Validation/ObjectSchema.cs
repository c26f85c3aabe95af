using System.Text.Json.Nodes;

namespace WazoPlugind.Platform.Validation;

/// <summary>An object with known fields; others are allowed, and kept.</summary>
/// <param name="Fields">The fields that are checked.</param>
public sealed record ObjectSchema(params Field[] Fields) : ValueSchema
{
    /// <inheritdoc/>
    public override JsonObject? Check(JsonNode value)
    {
        if (value is not JsonObject properties)
            return FieldError.Type("object", "mapping type").ToJson();
        var errors = new JsonObject();
        foreach (var field in Fields)
        {
            if (field.Check(properties) is { } error)
                errors[field.Name] = error;
        }

        return errors.Count == 0 ? null : errors;
    }
}
