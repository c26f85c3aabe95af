using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using WazoPlugind.Debian.Apt;
using WazoPlugind.Debian.Database;
using WazoPlugind.Harness;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Platform.Proxies;
using WazoPlugind.Plugins.Building;
using WazoPlugind.Plugins.Installation;
using WazoPlugind.Plugins.Installed;
using WazoPlugind.Plugins.Manifest;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Processes;

namespace WazoPlugind.Plugins.Tests.Installation;

/// <summary>
/// The real dpkg and apt-get with a database of their own, and the installer on it. What is installed is in a directory that is gone
/// after the test, so no package of the machine is touched, and no lock.
/// </summary>
public sealed class DpkgMachine : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly CommandRunner _commands = new(TimeProvider.System);
    private readonly Dictionary<string, string> _environment;

    /// <summary>Makes the machine.</summary>
    /// <param name="acts">
    /// In place of dpkg and apt-get, what each of their runs does, one after the other: shell, in the machine's directory. For decisions of
    /// the installer, which need no root then.
    /// </param>
    public DpkgMachine(params string[] acts)
    {
        Database = System.IO.Path.Join(Path, "dpkg");
        foreach (var directory in (string[])["dpkg/info", "dpkg/updates", "apt/lists/partial", "apt/archives/partial", "repository"])
            Directory.CreateDirectory(System.IO.Path.Join(Path, directory));
        foreach (var file in (string[])["dpkg/status", "dpkg/available", "repository/Packages"])
            _directory.Write(file, "");
        _directory.Write("apt/sources.list", $"deb [trusted=yes] file:{Path}/repository ./\n");
        var apt = _directory.Write("apt/apt.conf", $$"""
            Dir::State "{{Path}}/apt";
            Dir::State::status "{{Database}}/status";
            Dir::Cache "{{Path}}/apt";
            Dir::Etc::sourcelist "{{Path}}/apt/sources.list";
            Dir::Etc::sourceparts "/dev/null";
            Dir::Etc::main "{{Path}}/apt/administrator.conf";
            Dir::Etc::parts "/dev/null";
            APT::Sandbox::User "root";
            DPkg::Lock::Timeout "0";
            """);
        _environment = new Dictionary<string, string> { ["DPKG_ADMINDIR"] = Database, ["APT_CONFIG"] = apt };
        if (acts.Length > 0)
            Play(acts);
        Configuration = new PlugindConfiguration
        {
            MetadataDir = System.IO.Path.Join(Path, "plugins"),
            PackagesDir = System.IO.Path.Join(Path, "packages"),
            BackupRulesDir = System.IO.Path.Join(Path, "rules"),
            Worker = new WorkerConfiguration { InstallRetryDelay = 0 },
        };
        Start();
    }

    public string Path => _directory.Path;

    public string Database { get; }

    public PlugindConfiguration Configuration { get; set; }

    /// <summary>By which proxies apt-get goes; counts with the next <see cref="Start"/>.</summary>
    public ProxyConfiguration Proxy { get; set; } = new();

    public TimeProvider Time { get; set; } = TimeProvider.System;

    public ComingPackages Coming { get; } = new();

    public DpkgStatus Status { get; private set; } = null!;

    public PackageManager PackageManager { get; private set; } = null!;

    public RollbackPackages Kept { get; private set; } = null!;

    public BrokenPlugins Broken { get; private set; } = null!;

    public PackagePurger Purger { get; private set; } = null!;

    public PackageRepair Repair { get; private set; } = null!;

    public AptInstaller Installer { get; private set; } = null!;

    public PackageRemover Remover { get; private set; } = null!;

    public void Dispose()
    {
        Installer.Dispose();
        PackageManager.Dispose();
        _directory.Dispose();
    }

    /// <summary>Makes the installer anew, as another process would.</summary>
    public void Start()
    {
        Status = new DpkgStatus(System.IO.Path.Join(Database, "status"));
        var proxies = new ProxyRoutes(Proxy);
        PackageManager = new PackageManager(
            _commands, Status, TimeProvider.System, _environment.Concat(proxies.Variables).ToDictionary(), proxies.Secrets);
        Kept = new RollbackPackages(Configuration);
        Broken = new BrokenPlugins(Configuration);
        Purger = new PackagePurger(Configuration, PackageManager, Status);
        var plugins = new PluginPackages(Configuration, Status);
        var rollback = new PackageRollback(Configuration, PackageManager, Purger, Status, plugins, Kept, Broken, TimeProvider.System);
        var retry = new BrokenPluginRetry(PackageManager, Status, Broken, TimeProvider.System, NullLogger<BrokenPluginRetry>.Instance);
        Repair = new PackageRepair(PackageManager, rollback, retry, Status, plugins, Kept, Broken, NullLogger<PackageRepair>.Instance);
        var runs = new InstallRuns(Configuration, PackageManager, Repair, rollback, Status, plugins, Kept, Broken, Coming, Time);
        Installer = new AptInstaller(PackageManager, runs, Status, Kept, Broken, new PackagePolicy(Configuration), TimeProvider.System);
        Remover = new PackageRemover(Configuration, PackageManager, Repair, Purger, Status, plugins, Kept, Broken);
    }

    public string Write(string name, string content) => _directory.Write(name, content);

    public bool Exists(string name) => File.Exists(System.IO.Path.Join(Path, name));

    public string Read(string name) => File.ReadAllText(System.IO.Path.Join(Path, name));

    /// <summary>The words of a package's status; empty when dpkg knows nothing of it.</summary>
    public string StatusOf(string package) => Status.Packages.GetValueOrDefault(package)?.Status ?? "";

    /// <summary>Builds a plugin's package, with a conffile.</summary>
    /// <param name="rules">Shell, with the step in <c>$1</c> and the test's directory in <c>$D</c>.</param>
    /// <param name="files">More files, below the test's directory.</param>
    public async Task<PackageArtifact> BuildAsync(string name, string version, string rules = "", string depends = "", string pluginNamespace = "x", params string[] files)
    {
        var plugin = new PluginIdentity(pluginNamespace, name, version);
        var control = new ControlFiles(Configuration);
        var root = $"build-{name}-{version}";
        var installed = root + control.InstallDirectory(plugin);
        _directory.Write($"{root}/DEBIAN/control", control.Control(plugin, depends));
        Script("postinst", control.PostInst(plugin));
        Script("prerm", control.PreRm(plugin));
        Script("postrm", control.PostRm(plugin, formatVersion: 1));
        _directory.Write($"{installed}/wazo/plugin.yml", $"name: {name}");
        Executable($"{installed}/wazo/rules", $"#!/bin/sh\nD={Path}\necho \"$1 {version}\" >> $D/steps-{name}\n{rules}\n");
        _directory.Write($"{root}{Path}/etc/{name}.conf", $"of {version}\n");
        _directory.Write($"{root}/DEBIAN/conffiles", $"{Path}/etc/{name}.conf\n");
        foreach (var file in files)
            _directory.Write($"{root}{Path}/{file}", name);
        return await PackAsync(root, PluginPackage.NameOf(Configuration, pluginNamespace, name), version, depends);

        void Script(string script, string text) => Executable($"{root}/DEBIAN/{script}", text);
    }

    /// <summary>Builds a package that is no plugin.</summary>
    /// <param name="fields">More fields of its control file, each a line.</param>
    public async Task<PackageArtifact> BuildOtherAsync(string name, string section = "comm", string postinst = "", string fields = "", params string[] files)
    {
        var root = "build-" + name;
        _directory.Write(
            $"{root}/DEBIAN/control", $"Package: {name}\nVersion: 1.0\nSection: {section}\nArchitecture: all\nMaintainer: a <a@b>\nDescription: a\n{fields}");
        Executable($"{root}/DEBIAN/postinst", $"#!/bin/sh\n{postinst}\n");
        foreach (var file in (string[])[$"etc/{name}.conf", .. files])
            _directory.Write($"{root}{Path}/{file}", "of the package\n");
        _directory.Write($"{root}/DEBIAN/conffiles", $"{Path}/etc/{name}.conf\n");
        return await PackAsync(root, name, "1.0", depends: "");
    }

    /// <summary>Offers packages to apt-get.</summary>
    public async Task OfferAsync(params PackageArtifact[] packages)
    {
        var offer = "";
        foreach (var package in packages)
        {
            var file = System.IO.Path.GetFileName(package.Path);
            File.Copy(package.Path, System.IO.Path.Join(Path, "repository", file));
            var control = (await RunAsync("dpkg-deb", "--field", package.Path)).Output;
            offer += $"{control}Filename: ./{file}\nSize: {package.Size}\nSHA256: {package.Sha256}\n\n";
        }

        _directory.Write("repository/Packages", offer);
    }

    public Task<StepResult<PackageArtifact>> InstallAsync(PackageArtifact package) =>
        Installer.InstallAsync(Guid.NewGuid(), package, DateTimeOffset.MaxValue.AddDays(-1), isSuspect: false, new TestProgress());

    public Task<StepResult<IReadOnlyList<string>>> RemoveAsync(string name, string pluginNamespace = "x", bool wasInterrupted = false) =>
        Remover.RemoveAsync(pluginNamespace, name, wasInterrupted, new TestProgress());

    public Task<CommandResult> DpkgAsync(params string[] arguments) => RunAsync("dpkg", arguments);

    public Task<CommandResult> RunAsync(string program, params string[] arguments) =>
        _commands.RunAsync(new Command(program, arguments) { Environment = _environment }, default);

    /// <summary>Nothing is left behind, apt-get is content, and a healthy plugin installs.</summary>
    public async Task AssertWholeAsync()
    {
        Assert.Equal("", (await DpkgAsync("--audit")).Output);
        var check = await RunAsync("apt-get", "check");
        Assert.True(check.Succeeded, check.Output);
        Assert.False(Status.HasJournal);
        Assert.DoesNotContain(Status.Packages.Values, package => package.Selection == "install" && package.IsGone);
        Assert.Empty(Directory.GetFiles(Database + "/info", "*wazo-plugind"));
        Assert.True(!Directory.Exists(Configuration.BackupRulesDir) || Directory.GetFiles(Configuration.BackupRulesDir).Length == 0);
        var healthy = await InstallAsync(await BuildAsync("healthy", "1.0"));
        Assert.True(healthy.Succeeded, healthy.Failure?.Reason);
        Assert.Empty(Directory.GetFiles(Configuration.PackagesDir, "_*"));
    }

    private void Play(string[] acts)
    {
        for (var act = 0; act < acts.Length; act++)
            _directory.Write($"acts/{act + 1}", acts[act]);
        foreach (var program in (string[])["dpkg", "apt-get"])
        {
            Executable($"programs/{program}", $"""
                #!/bin/sh
                cd {Path}
                call={program}
                for word; do case $word in -[qyo] | *=* | --force-conf* | /*) ;; *) call="$call $word" ;; esac; done
                echo "$call" >> calls
                . acts/$(wc -l < calls)

                """);
        }

        _environment["PATH"] = $"{Path}/programs:{CommandRunner.SearchPath}";
    }

    private void Executable(string name, string text) =>
        File.SetUnixFileMode(_directory.Write(name, text), (UnixFileMode)0b111_101_101);

    private async Task<PackageArtifact> PackAsync(string root, string name, string version, string depends)
    {
        var file = System.IO.Path.Join(Path, $"{root}.deb");
        var result = await RunAsync("dpkg-deb", "--root-owner-group", "-Zgzip", "--build", System.IO.Path.Join(Path, root), file);
        Assert.True(result.Succeeded, result.Output);
        var content = await File.ReadAllBytesAsync(file);
        return new PackageArtifact(name, version, file, Convert.ToHexStringLower(SHA256.HashData(content)), content.Length, depends);
    }
}
