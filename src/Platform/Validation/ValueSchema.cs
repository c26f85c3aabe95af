using System.Text.Json.Nodes;

namespace WazoPlugind.Platform.Validation;

/// <summary>What a JSON value must be. A tree of these describes a body or a manifest, and says everything that is wrong with one.</summary>
public abstract record ValueSchema
{
    /// <summary>Checks a value that is present and not null.</summary>
    /// <param name="value">The value.</param>
    /// <returns><c>null</c> when it is valid; else a <see cref="FieldError"/> as JSON, or an object of them by field.</returns>
    public abstract JsonObject? Check(JsonNode value);
}
