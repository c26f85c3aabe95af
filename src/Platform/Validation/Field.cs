using System.Text.Json.Nodes;

namespace WazoPlugind.Platform.Validation;

/// <summary>A field of an object.</summary>
/// <param name="Name">Its key.</param>
/// <param name="Schema">What its value must be.</param>
/// <param name="Required">Whether it must be present.</param>
/// <param name="Nullable">Whether a null counts as if it was not there.</param>
public sealed record Field(string Name, ValueSchema Schema, bool Required = false, bool Nullable = false)
{
    internal JsonObject? Check(JsonObject properties)
    {
        if (!properties.TryGetPropertyValue(Name, out var value))
            return Required ? FieldError.Required.ToJson() : null;
        if (value is null)
            return Nullable ? null : FieldError.NotNull.ToJson();
        return Schema.Check(value);
    }
}
