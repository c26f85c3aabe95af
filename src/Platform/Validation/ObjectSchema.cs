using System.Text.Json.Nodes;

namespace WazoPlugind.Platform.Validation;

/// <summary>An object with known fields; others are allowed, and kept, where they are not asked for.</summary>
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

    /// <summary>Looks for fields that are not known.</summary>
    /// <param name="properties">The object.</param>
    /// <returns>Those, each with its error; <c>null</c> when there is none.</returns>
    public JsonObject? FindUnknown(JsonObject properties)
    {
        var unknown = new JsonObject(properties
            .Where(property => Fields.All(field => field.Name != property.Key))
            .Select(property => KeyValuePair.Create(property.Key, (JsonNode?)FieldError.Unknown.ToJson())));
        return unknown.Count == 0 ? null : unknown;
    }
}
