namespace WazoPlugind.Plugins.Listing;

/// <summary>A part of the market's plugins.</summary>
/// <param name="Items">The plugins, each as UTF-8 JSON.</param>
/// <param name="Total">How many the market has.</param>
/// <param name="Filtered">How many of them match.</param>
/// <param name="IsWhole">Whether it is everything, in the usual order: the same page for as long as the listing is the same.</param>
public sealed record MarketPage(IReadOnlyList<ReadOnlyMemory<byte>> Items, int Total, int Filtered, bool IsWhole);
