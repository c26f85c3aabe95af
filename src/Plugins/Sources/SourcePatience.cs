namespace WazoPlugind.Plugins.Sources;

/// <summary>How long to wait for another machine.</summary>
/// <param name="Connection">For a connection.</param>
/// <param name="Silence">For anything at all to come.</param>
public sealed record SourcePatience(TimeSpan Connection, TimeSpan Silence);
