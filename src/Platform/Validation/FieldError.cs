using System.Text.Json.Nodes;

namespace WazoPlugind.Platform.Validation;

/// <summary>What is wrong with one field, in the one shape that the API and the events have for it.</summary>
/// <param name="Message">The reason in words.</param>
/// <param name="ConstraintId">The kind of constraint: <c>required</c>, <c>type</c>, <c>length</c>, …</param>
/// <param name="Constraint">The constraint itself.</param>
public sealed record FieldError(string Message, string ConstraintId, JsonNode Constraint)
{
    /// <summary>A required field is absent.</summary>
    public static FieldError Required => new("Missing data for required field.", "required", "required");

    /// <summary>A field is null.</summary>
    public static FieldError NotNull => new("Field may not be null.", "not_null", "not_null");

    /// <summary>There is no such field.</summary>
    public static FieldError Unknown => new("Unknown field.", "unknown", "unknown");

    /// <summary>A field has another type than <paramref name="type"/>.</summary>
    /// <param name="type">The type that was expected, for example <c>string</c>.</param>
    /// <param name="words">The same in the message; <paramref name="type"/> itself when omitted.</param>
    public static FieldError Type(string type, string? words = null) => new($"Not a valid {words ?? type}.", "type", type);

    /// <summary>A number or version is out of its range.</summary>
    /// <param name="min">The least value allowed, if there is one.</param>
    /// <param name="max">The greatest value allowed, if there is one.</param>
    public static FieldError Range(JsonNode? min, JsonNode? max)
    {
        var constraint = new JsonObject();
        List<string> bounds = [];
        if (min is not null)
        {
            bounds.Add($"greater than or equal to {Text(min)}");
            constraint["min"] = min;
        }

        if (max is not null)
        {
            bounds.Add($"less than or equal to {Text(max)}");
            constraint["max"] = max;
        }

        return new FieldError($"Must be {string.Join(" and ", bounds)}.", "range", constraint);
    }

    /// <summary>The error as JSON.</summary>
    public JsonObject ToJson() => new()
    {
        ["message"] = Message,
        ["constraint_id"] = ConstraintId,
        ["constraint"] = Constraint,
    };

    private static string Text(JsonNode value) => value.ToString();
}
