namespace WazoPlugind.Plugins.Sources.Git;

/// <summary>How long git waits for another machine.</summary>
/// <param name="Connection">For a connection.</param>
/// <param name="Silence">For anything at all to come.</param>
public sealed record GitPatience(TimeSpan Connection, TimeSpan Silence);
