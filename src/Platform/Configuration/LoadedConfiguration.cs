using System.Text.Json;
using System.Text.Json.Nodes;

namespace WazoPlugind.Platform.Configuration;

/// <summary>What <see cref="ConfigurationLoader"/> read.</summary>
/// <param name="File">The main file.</param>
/// <param name="Value">The effective configuration.</param>
/// <param name="Warnings">What of it an administrator should know, for the log: keys that mean nothing, for example.</param>
/// <param name="Tree">All that the files say, keys that mean nothing included.</param>
public sealed record LoadedConfiguration(
    string File, PlugindConfiguration Value, IReadOnlyList<string> Warnings, JsonObject Tree)
{
    /// <summary>Fills in the transport that a program is made for, where the files name none.</summary>
    /// <param name="transport">The value of <c>bus.transport</c>.</param>
    public LoadedConfiguration WithTransport(string transport) =>
        this with { Value = Value with { Bus = Value.Bus with { Transport = Value.Bus.Transport ?? transport } } };

    /// <summary>Does without a broker, whatever the files say.</summary>
    public LoadedConfiguration WithoutBroker() => this with { Value = Value with { Bus = Value.Bus with { Transport = BusConfiguration.InMemory } } };

    /// <summary>
    /// Whether a file says something of the broker that the replaced service would have used: what decides does not depend on who
    /// answers at the moment.
    /// </summary>
    public bool NamesBroker => Tree["bus"] is JsonObject bus && BusConfiguration.FormerKeys.Any(bus.ContainsKey);

    /// <summary>The effective configuration as JSON, with secrets masked and unknown keys kept.</summary>
    public JsonObject ToJson()
    {
        var json = Tree.DeepClone().AsObject();
        ConfigurationBinder.Overlay(
            json, JsonSerializer.SerializeToNode(Value, ConfigurationJsonContext.Default.PlugindConfiguration)!.AsObject());
        json["config_file"] = File;
        SecretMask.Apply(json);
        return json;
    }
}
