namespace WazoPlugind.Plugins.Configuration;

/// <summary>What <see cref="ConfigurationLoader"/> read.</summary>
/// <param name="Value">The effective configuration.</param>
/// <param name="UnknownKeys">Keys of the files that mean nothing to this service, for the log.</param>
public sealed record LoadedConfiguration(PlugindConfiguration Value, IReadOnlyList<string> UnknownKeys)
{
    /// <summary>Fills in the transport that a program is made for, where the files name none.</summary>
    /// <param name="transport">The value of <c>bus.transport</c>.</param>
    public LoadedConfiguration WithTransport(string transport) =>
        this with { Value = Value with { Bus = Value.Bus with { Transport = Value.Bus.Transport ?? transport } } };
}
