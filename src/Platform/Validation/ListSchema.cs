using System.Globalization;
using System.Text.Json.Nodes;

namespace WazoPlugind.Platform.Validation;

/// <summary>A list whose items all satisfy one schema.</summary>
/// <param name="Item">The schema of the items.</param>
public sealed record ListSchema(ValueSchema Item) : ValueSchema
{
    /// <inheritdoc/>
    public override JsonObject? Check(JsonNode value)
    {
        if (value is not JsonArray items)
            return FieldError.Type("list").ToJson();
        var errors = new JsonObject();
        for (var i = 0; i < items.Count; i++)
        {
            if ((items[i] is { } item ? Item.Check(item) : FieldError.NotNull.ToJson()) is { } error)
                errors[i.ToString(CultureInfo.InvariantCulture)] = error;
        }

        return errors.Count == 0 ? null : errors;
    }
}
