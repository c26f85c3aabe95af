namespace WazoPlugind.Bench;

/// <summary>A small plugin in a git repository of its own.</summary>
internal sealed record Plugin(string Name, string Directory)
{
    public const string Namespace = "bench";

    private const string BuildScript = """
        git clone --quiet --depth 1 "$1" "$2"
        cd "$2"
        wazo/rules build
        mkdir _pkg
        pkgdir=$2/_pkg fakeroot wazo/rules package
        installed=usr/lib/wazo-plugind/plugins/bench/$3
        mkdir -p _pkg/DEBIAN "_pkg/$installed"
        cp -r wazo "_pkg/$installed/"
        printf '%s\n' "Package: wazo-plugind-$3-bench" 'Version: 1.0' 'Section: wazo-plugind-plugin' 'Architecture: all' \
            'Maintainer: bench <bench@localhost>' 'Description: bench' > _pkg/DEBIAN/control
        printf '#!/bin/sh\n/%s/wazo/rules install\n' "$installed" > _pkg/DEBIAN/postinst
        printf '#!/bin/sh\n/%s/wazo/rules uninstall\n' "$installed" > _pkg/DEBIAN/prerm
        chmod 755 _pkg/DEBIAN/postinst _pkg/DEBIAN/prerm
        dpkg-deb --root-owner-group -Zgzip --build _pkg "$2.deb"

        """;

    public string Package => $"wazo-plugind-{Name}-{Namespace}";

    public string Url => "file://" + Directory;

    private string ByHand => Directory + "-by-hand";

    /// <summary>Makes a plugin in version 1.0.</summary>
    public static async Task<Plugin> CreateAsync(string parent, string name)
    {
        var plugin = new Plugin(name, Path.Join(parent, name));
        System.IO.Directory.CreateDirectory(Path.Join(plugin.Directory, "wazo"));
        var rules = Path.Join(plugin.Directory, "wazo/rules");
        await File.WriteAllTextAsync(rules, $"""
            #!/bin/sh
            set -e
            case "$1" in
                build) echo "hello from {name}" > greeting ;;
                package) mkdir -p "$pkgdir/opt/plugind-bench/{name}" && cp greeting "$pkgdir/opt/plugind-bench/{name}/" ;;
            esac

            """);
        File.SetUnixFileMode(rules, (UnixFileMode)0b111_101_101);
        await Shell.RunAsync("git", "-C", plugin.Directory, "init", "--quiet", "--initial-branch=master");
        await plugin.CommitAsync("1.0");
        return plugin;
    }

    /// <summary>Lets its build print, as steadily as a clock.</summary>
    /// <param name="lines">How many lines a second.</param>
    /// <param name="seconds">For how long.</param>
    public async Task PrintAsync(int lines, int seconds)
    {
        await File.WriteAllTextAsync(
            Path.Join(Directory, "wazo/rules"),
            $$"""
            #!/bin/sh
            [ "$1" = build ] || exit 0
            exec perl -e '$| = 1; for my $i (1..{{seconds * 20}}) { print map {"cc -O2 -c -o obj/part$_.o src/part$_.c in round $i\n"} 1..{{lines / 20}}; select(undef, undef, undef, 0.05) }'

            """);
        await CommitAsync("1.1");
    }

    /// <summary>Builds it where it is, with nothing around, and gives the milliseconds.</summary>
    public Task<double> BuildAloneAsync() => Shell.TimeAsync("cd \"$1\" && wazo/rules build | cat > /dev/null", Directory);

    public async Task CommitAsync(string version)
    {
        await File.WriteAllTextAsync(
            Path.Join(Directory, "wazo/plugin.yml"),
            $"namespace: {Namespace}\nname: {Name}\nversion: '{version}'\ndisplay_name: The plugin {Name}\nauthor: Bench\n"
            + "description: >\n  A plugin that does nothing,\n  described at some length.\nplugin_format_version: 1\n");
        await Shell.RunAsync("git", "-C", Directory, "add", "--all");
        await Shell.RunAsync("git", "-C", Directory, "-c", "user.name=bench", "-c", "user.email=bench@localhost", "commit", "--quiet", "--message", version);
    }

    /// <summary>Installs it with the commands that an installation cannot do without, and gives the milliseconds.</summary>
    public Task<double> InstallByHandAsync() => Shell.TimeAsync(BuildScript + "dpkg --install \"$2.deb\"", Url, ByHand, Name);

    /// <summary>Makes its package with those commands, all but the last.</summary>
    public Task BuildByHandAsync() => Shell.TimeAsync(BuildScript, Url, ByHand, Name);

    public Task<double> RemoveByHandAsync() => RemoveByHandAsync([this]);

    /// <summary>Installs packages that are made, in one run of dpkg, and gives the milliseconds.</summary>
    /// <param name="plugins">The plugins.</param>
    public static Task<double> InstallByHandAsync(IEnumerable<Plugin> plugins) =>
        Shell.TimeAsync("dpkg --install \"$@\"", [.. plugins.Select(plugin => plugin.ByHand + ".deb")]);

    /// <summary>Removes packages in one run of dpkg, and gives the milliseconds.</summary>
    /// <param name="plugins">The plugins.</param>
    public static Task<double> RemoveByHandAsync(IEnumerable<Plugin> plugins) =>
        Shell.TimeAsync("dpkg --remove \"$@\"", [.. plugins.Select(plugin => plugin.Package)]);
}
