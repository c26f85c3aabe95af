using System.Security.Cryptography;
using WazoPlugind.Messages;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Plugins.Installed;
using WazoPlugind.Plugins.Manifest;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Plugins.Sources;
using WazoPlugind.Processes;
using WazoPlugind.Processes.Files;

namespace WazoPlugind.Plugins.Building;

/// <summary>Builds a plugin's Debian package: <c>rules build</c>, then <c>rules package</c> under fakeroot and dpkg-deb.</summary>
/// <param name="configuration">Says the names and places.</param>
/// <param name="commands">Runs the commands.</param>
public sealed class DebianPackageBuilder(PlugindConfiguration configuration, WorkspaceCommands commands)
{
    // One shell as the build user: after a build nothing in its directories can be trusted, so this process writes nothing
    // there itself. Of what the rules leave in DEBIAN only the list of conffiles counts; a tree that they copy has a link to
    // the git directory, which is no part of a plugin. Where the folder, or one of its files that are read or run, is a link, that
    // would lead nowhere once installed: the package gets what it leads to. One for both steps, as a sandbox costs more than what
    // small plugins do in it. So does fakeroot(1), which starts six programs to find out what it then does as it is done here; where it
    // is another one than Debian's own, it is asked.
    private const string Script = """
        rules=$1 own=$2 data=$3 destination=$4 output=$5 pause=$6 git=$7
        shift 7
        join() { IFS=:; echo "$*"; }
        "$rules" build < /dev/null
        echo "$pause"
        read -r _
        umask 022
        [ ! -e "$pkgdir" ] || rm -rf -- "$pkgdir"
        mkdir -p -- "$pkgdir"
        if [ /usr/bin/fakeroot -ef /usr/bin/fakeroot-sysv ] && faked=$(faked-sysv < /dev/null); then
            FAKED_MODE=unknown-is-root FAKEROOTKEY=${faked%:*} LD_LIBRARY_PATH=$(join /usr/lib/*/libfakeroot) LD_PRELOAD=libfakeroot-sysv.so \
                "$rules" package < /dev/null && failed=0 || failed=$?
            kill "${faked#*:}" || true
            [ $failed = 0 ] || exit $failed
        else
            fakeroot -- "$rules" package < /dev/null
        fi
        [ ! -d "$pkgdir" ] || find "$pkgdir/" -name .git -lname "$git" -delete
        if [ -e "$pkgdir/DEBIAN" ]; then
            [ ! -f "$pkgdir/DEBIAN/conffiles" ] || cp -- "$pkgdir/DEBIAN/conffiles" "$TMPDIR/conffiles"
            rm -rf -- "$pkgdir/DEBIAN"
        fi
        cp -a --remove-destination -- "$own/." "$pkgdir/"
        [ ! -f "$TMPDIR/conffiles" ] || mv -- "$TMPDIR/conffiles" "$pkgdir/DEBIAN/conffiles"
        cp -aH -- "$data" "$pkgdir$destination/"
        for file; do
            [ ! -L "$file" ] || cp -aL --remove-destination -- "$file" "$pkgdir$destination/$file"
        done
        exec dpkg-deb --root-owner-group -Zgzip --build "$pkgdir" "$output"
        """;

    private readonly ControlFiles _controlFiles = new(configuration);

    /// <summary>Builds the package (steps building and packaging).</summary>
    /// <param name="plugin">The plugin's source.</param>
    /// <param name="provenance">Where it came from.</param>
    /// <param name="workspace">The work directories.</param>
    /// <param name="progress">Is told the steps.</param>
    /// <returns>The package, or what went wrong.</returns>
    public async Task<StepResult<PackageArtifact>> BuildAsync(
        FetchedPlugin plugin, Provenance provenance, Workspace workspace, IStepProgress progress)
    {
        var (root, manifest) = (plugin.Root, plugin.Manifest);
        progress.Begin(StepName.Building);
        if (SafePath.Resolve(root, configuration.DefaultInstallFilename) is not { } rules || Directory.Exists(rules))
            return Failed($"there is no {configuration.DefaultInstallFilename}");
        if (LfsPointer.Find(root) is { } pointer)
            return Failed(LfsPointer.Problem(pointer));
        if ((File.GetUnixFileMode(rules) & UnixFileMode.OtherExecute) == 0)
            return Failed($"{configuration.DefaultInstallFilename} is not executable");
        if (RulesScript.Problem(configuration.DefaultInstallFilename, rules, root) is { } problem)
            return Failed(problem);
        var output = Path.Join(workspace.Output, "plugin.deb");
        var step = StepName.Building;
        // What needs nothing of the build is done beside it.
        var own = Task.Run(() => WriteOwnFiles(manifest, provenance, workspace), CancellationToken.None);
        var pause = new CommandPause($"built {Guid.NewGuid()}", async () =>
        {
            FaultPoint.Reach(FaultPoint.Built, manifest.Plugin.Name);
            step = StepName.Packaging;
            progress.Begin(step);
            await own;
        });
        var command = new Command(
            "sh", "-e", "-c", Script, "build",
            rules, workspace.Package, configuration.PluginDataDir, _controlFiles.InstallDirectory(manifest.Plugin), output, pause.Line,
            workspace.Download, configuration.DefaultMetadataFilename, configuration.DefaultInstallFilename)
        {
            WorkingDirectory = root,
            Environment = new Dictionary<string, string>
            {
                ["HOME"] = workspace.Home,
                ["TMPDIR"] = workspace.Temporary,
                ["pkgdir"] = Path.Join(root, configuration.BuildDir),
            },
            Pause = pause,
        };
        var run = commands.RunPluginAsync(workspace, command, progress);
        await Task.WhenAll(run, own);
        var result = await run;
        // From now on it is the plugin's: its configuration and hooks may name any program.
        workspace.DeleteDownload();
        if (!result.Succeeded)
            return StepFailure.Command(step, result, Reason(step == StepName.Building ? "rules build" : "rules package or dpkg-deb", result));
        if (step == StepName.Building)
            return Failed("rules build ended the build");
        FaultPoint.Reach(FaultPoint.Packaged);
        return await TakeAsync(output, manifest, workspace, progress);

        static StepFailure Failed(string reason) => StepFailure.Of(StepName.Building, reason);
    }

    private static string Reason(string what, CommandResult result) =>
        result.Problem ?? (result.TimedOut ? $"{what} took longer than it may" : $"{what} failed with exit code {result.ExitCode}");

    // What the service itself puts into the package, laid out as it is there.
    private void WriteOwnFiles(PluginManifest manifest, Provenance provenance, Workspace workspace)
    {
        var control = Path.Join(workspace.Package, "DEBIAN");
        var installed = Path.Join(workspace.Package, _controlFiles.InstallDirectory(manifest.Plugin));
        foreach (var directory in Workspace.Between(workspace.Package, installed).Append(control))
            Workspace.CreateDirectory(directory);
        Workspace.WriteFile(Path.Join(control, "control"), _controlFiles.Control(manifest.Plugin, _controlFiles.Depends(manifest)));
        Workspace.WriteFile(Path.Join(control, "postinst"), _controlFiles.PostInst(manifest.Plugin), executable: true);
        Workspace.WriteFile(Path.Join(control, "prerm"), _controlFiles.PreRm(manifest.Plugin), executable: true);
        Workspace.WriteFile(Path.Join(control, "postrm"), _controlFiles.PostRm(manifest.Plugin, manifest.FormatVersion), executable: true);
        Workspace.WriteFile(Path.Join(installed, Provenance.FileName), provenance.ToJson());
    }

    // Copies the package out of the build user's reach: what is hashed here is what is installed.
    private async Task<StepResult<PackageArtifact>> TakeAsync(
        string output, PluginManifest manifest, Workspace workspace, IStepProgress progress)
    {
        var name = PluginPackage.NameOf(configuration, manifest.Plugin.Namespace, manifest.Plugin.Name);
        var path = Path.Join(workspace.Root, $"{name}.deb");
        using var source = new FileStream(LibC.OpenRegularFile(output), FileAccess.Read, bufferSize: 0);
        if (source.Length > LimitsConfiguration.Bytes(configuration.Limits.PackageMegabytes))
            return StepFailure.Of(StepName.Packaging, $"the package is larger than {configuration.Limits.PackageMegabytes} MB");
        await using var copy = new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        await source.CopyToAsync(copy, progress.Cancellation);
        copy.Position = 0;
        var hash = await SHA256.HashDataAsync(copy, progress.Cancellation);
        return new PackageArtifact(
            name, manifest.Plugin.Version, path, Convert.ToHexStringLower(hash), copy.Length, _controlFiles.Depends(manifest));
    }
}
