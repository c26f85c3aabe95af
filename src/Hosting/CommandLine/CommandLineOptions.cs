using System.Text.Json.Nodes;
using WazoPlugind.Platform.Configuration;

namespace WazoPlugind.Hosting.CommandLine;

/// <summary>What the command line of a process says.</summary>
/// <param name="ConfigFile">The main configuration file.</param>
/// <param name="Debug">Whether everything is logged.</param>
/// <param name="User">The user that replaces the configured one, or <c>null</c>.</param>
/// <param name="TrustsWritableFiles">Whether root runs this program also where another user may write it.</param>
/// <param name="Roles">The roles of a worker; empty where the program has none, and for all of them.</param>
public sealed record CommandLineOptions(string ConfigFile, bool Debug, string? User, bool TrustsWritableFiles, IReadOnlyList<string> Roles)
{
    /// <summary>Whether the program only says whether it could start.</summary>
    public bool Checks { get; init; }

    /// <summary>Whether the program does without a broker, whatever the configuration says.</summary>
    public bool IsStandalone { get; init; }

    /// <summary>Loads the configuration that these options name and override.</summary>
    /// <param name="actsAsRoot">Whether the program, if root starts it, stays root: what it then acts on is checked too.</param>
    /// <exception cref="ConfigurationException">A value does not do, or root runs what another user may write.</exception>
    public LoadedConfiguration LoadConfiguration(bool actsAsRoot)
    {
        var overrides = new JsonObject();
        if (Debug)
            overrides["debug"] = true;
        if (User is not null)
            overrides["user"] = User;
        var loaded = ConfigurationLoader.Load(ConfigFile, overrides, Environment.GetEnvironmentVariable, Console.Error);
        if (Environment.IsPrivilegedProcess && !TrustsWritableFiles)
        {
            RootFiles.RequireProgram(ConfigFile, loaded.Value);
            if (actsAsRoot)
                RootFiles.RequireState(loaded.Value);
        }

        return loaded;
    }
}
