namespace WazoPlugind.Plugins.Listing;

/// <summary>What of the market is wanted, and in which order.</summary>
public sealed record MarketQuery
{
    /// <summary>A text that a field or an item of a list must contain, without regard to case and accents.</summary>
    public string Search { get; init; } = "";

    /// <summary>Fields that must have exactly a value.</summary>
    public IReadOnlyDictionary<string, string> Fields { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether the plugin must be installed, or must not be; <c>null</c> for either.</summary>
    public bool? Installed { get; init; }

    /// <summary>The field to sort by.</summary>
    public string Order { get; init; } = "name";

    /// <summary>Whether the order is turned round, with what lacks the field first.</summary>
    public bool Descending { get; init; }

    /// <summary>How many to leave out at the beginning.</summary>
    public long Offset { get; init; }

    /// <summary>How many to give at most; 0 for all, as the recordings have it.</summary>
    public long Limit { get; init; }

    /// <summary>Whether it is for everything, in the order that is used where none is asked for.</summary>
    internal bool IsWhole =>
        Search.Length == 0 && Fields.Count == 0 && Installed is null && Order == "name" && !Descending && Offset == 0 && Limit == 0;
}
