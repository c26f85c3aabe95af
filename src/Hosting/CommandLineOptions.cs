using System.Text.Json.Nodes;
using WazoPlugind.Plugins.Configuration;

namespace WazoPlugind.Hosting;

/// <summary>What the command line of a process says.</summary>
/// <param name="ConfigFile">The main configuration file.</param>
/// <param name="Debug">Whether everything is logged.</param>
/// <param name="User">The user that replaces the configured one, or <c>null</c>.</param>
/// <param name="Roles">The roles of a worker; empty where the program has none, and for all of them.</param>
public sealed record CommandLineOptions(string ConfigFile, bool Debug, string? User, IReadOnlyList<string> Roles)
{
    /// <summary>Loads the configuration that these options name and override.</summary>
    /// <exception cref="ConfigurationException">A value has the wrong type.</exception>
    public LoadedConfiguration LoadConfiguration()
    {
        var overrides = new JsonObject();
        if (Debug)
            overrides["debug"] = true;
        if (User is not null)
            overrides["user"] = User;
        return ConfigurationLoader.Load(ConfigFile, overrides, Environment.GetEnvironmentVariable, Console.Error);
    }
}
