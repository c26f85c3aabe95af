using WazoPlugind.Platform.Configuration;
using WazoPlugind.Processes;

namespace WazoPlugind.Platform.Machine;

/// <summary>
/// Says which programs that fetches and builds need are missing on this machine. It looks at files each time that it is asked, and starts none
/// of them: what was installed meanwhile is there.
/// </summary>
/// <param name="configuration">Says whether builds need a sandbox.</param>
public sealed class MachineTools(PlugindConfiguration configuration)
{
    private static readonly MachineTool Git = new("git", "git", "nothing is fetched from git repositories");
    private static readonly MachineTool Fakeroot = new("fakeroot", "fakeroot", "nothing is built");
    private static readonly MachineTool DpkgDeb = new("dpkg-deb", "dpkg", "nothing is built");

    private readonly BuildConfiguration _build = configuration.Build;

    /// <summary>Where programs are looked for.</summary>
    public string SearchPath { get; init; } = CommandRunner.SearchPath;

    /// <summary>Whether nothing is built without a sandbox: by the configuration, and by any builder that is not root.</summary>
    public bool RequiresSandbox { get; init; } = configuration.Build.RequiresSandbox;

    /// <summary>What is missing, and keeps operations from being carried out.</summary>
    public IEnumerable<MachineTool> Missing => Needed.Append(Git).Where(IsMissing);

    /// <summary>The sandbox's program, where it is missing and builds do without it.</summary>
    public MachineTool? MissingSandbox =>
        _build.Sandbox != BuildConfiguration.None && !RequiresSandbox && IsMissing(Bubblewrap) ? Bubblewrap : null;

    /// <summary>What is missing for every build, whatever the plugin comes from.</summary>
    public MachineTool? MissingForBuilds => Needed.FirstOrDefault(IsMissing);

    /// <summary>git, where it is missing.</summary>
    public MachineTool? MissingGit => IsMissing(Git) ? Git : null;

    private MachineTool Bubblewrap => new("bwrap", "bubblewrap", RequiresSandbox ? "nothing is built" : "builds see the machine's files and processes");

    private IEnumerable<MachineTool> Needed => RequiresSandbox ? [DpkgDeb, Fakeroot, Bubblewrap] : [DpkgDeb, Fakeroot];

    private bool IsMissing(MachineTool tool) => !CommandRunner.IsOnPath(tool.Program, SearchPath);
}
