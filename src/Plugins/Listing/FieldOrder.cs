using System.Text.Json;

namespace WazoPlugind.Plugins.Listing;

/// <summary>
/// Orders the values of a field as the replaced service did: texts by character, numbers by value, lists item by item, what
/// lacks the field last. Null, objects and values of different kinds have no order.
/// </summary>
internal sealed class FieldOrder : IComparer<JsonElement>
{
    /// <summary>Whether values were met that have no order; the result is of no use then.</summary>
    public bool Failed { get; private set; }

    /// <inheritdoc/>
    public int Compare(JsonElement x, JsonElement y) => (x.ValueKind, y.ValueKind) switch
    {
        // Consistent to the end: a sort may not bear anything else.
        _ when Failed => 0,
        (JsonValueKind.Undefined, JsonValueKind.Undefined) => 0,
        (JsonValueKind.Undefined, _) => 1,
        (_, JsonValueKind.Undefined) => -1,
        (JsonValueKind.String, JsonValueKind.String) => string.CompareOrdinal(x.GetString(), y.GetString()),
        (JsonValueKind.Array, JsonValueKind.Array) => CompareLists(x, y),
        _ when Number(x) is { } left && Number(y) is { } right => left.CompareTo(right),
        _ => Fail(),
    };

    private static double? Number(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.GetDouble(),
        JsonValueKind.True => 1,
        JsonValueKind.False => 0,
        _ => null,
    };

    private int CompareLists(JsonElement left, JsonElement right)
    {
        foreach (var (first, second) in left.EnumerateArray().Zip(right.EnumerateArray()))
        {
            if (!JsonElement.DeepEquals(first, second))
                return Compare(first, second);
        }

        return left.GetArrayLength().CompareTo(right.GetArrayLength());
    }

    private int Fail()
    {
        Failed = true;
        return 0;
    }
}
