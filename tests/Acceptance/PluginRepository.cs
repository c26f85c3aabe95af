using System.Text.RegularExpressions;

namespace WazoPlugind.Acceptance;

/// <summary>A real git repository with a plugin in it. Everyone may read it: builds run as another user.</summary>
public sealed class PluginRepository
{
    public const string Namespace = "acceptance";

    private PluginRepository(string path, string name) => (Path, Name) = (path, name);

    public string Path { get; }

    public string Name { get; }

    /// <summary>The version that was committed last.</summary>
    public string Version { get; private set; } = "";

    public string Url => "file://" + Path;

    public string Package => $"wazo-plugind-{Name}-{Namespace}";

    /// <summary>The file that the package installs.</summary>
    public string InstalledFile => $"/opt/acceptance/{Name}/greeting";

    /// <summary>The file that <c>rules install</c> writes and <c>rules uninstall</c> removes.</summary>
    public string InstallMark => $"/var/tmp/acceptance-{Name}";

    public static async Task<PluginRepository> CreateAsync(
        string directory, string name, string version = "0.0.1", string manifest = "", string rules = "", string subdirectory = "")
    {
        var repository = new PluginRepository(System.IO.Path.Join(directory, name + "-" + Guid.NewGuid().ToString("N")[..8]), name);
        Directory.CreateDirectory(repository.Path);
        await repository.GitAsync("init", "--quiet", "--initial-branch=master");
        await repository.CommitAsync(version, manifest, rules, subdirectory);
        return repository;
    }

    /// <summary>Commits a version of the plugin.</summary>
    /// <param name="manifest">More lines of plugin.yml; the whole of it when it begins with the name.</param>
    /// <param name="rules">Shell that runs before what rules do by default, with the step in <c>$1</c>.</param>
    /// <returns>The commit's hash.</returns>
    public async Task<string> CommitAsync(string version, string manifest = "", string rules = "", string subdirectory = "")
    {
        Version = version;
        var root = System.IO.Path.Join(Path, subdirectory, "wazo");
        Directory.CreateDirectory(root);
        await File.WriteAllTextAsync(
            System.IO.Path.Join(root, "plugin.yml"),
            Regex.IsMatch(manifest, "^(?:# |- )?name:")
                ? manifest
                : $"namespace: {Namespace}\nname: {Name}\nversion: {version}\n{manifest}\n");
        var rulesFile = System.IO.Path.Join(root, "rules");
        await File.WriteAllTextAsync(rulesFile, $"""
            #!/bin/sh
            set -e
            {rules}
            case "$1" in
                build) echo "built {Name} {version}" > greeting ;;
                package) mkdir -p "$pkgdir/opt/acceptance/{Name}"; cp greeting "$pkgdir{InstalledFile}" ;;
                install) echo "{version}" > {InstallMark} ;;
                uninstall) rm -f {InstallMark} ;;
            esac

            """);
        File.SetUnixFileMode(rulesFile, (UnixFileMode)0b111_101_101);
        await GitAsync("add", "--all");
        await GitAsync("-c", "user.name=acceptance", "-c", "user.email=acceptance@localhost", "commit", "--quiet", "--message", version);
        return (await GitAsync("rev-parse", "HEAD")).Trim();
    }

    public Task<string> GitAsync(params string[] arguments) => Shell.RunAsync("git", ["-C", Path, .. arguments]);
}
