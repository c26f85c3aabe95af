using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using WazoPlugind.Harness;
using WazoPlugind.Messages;
using WazoPlugind.Platform.Confd;
using WazoPlugind.Platform.Market;
using WazoPlugind.Plugins.Building;
using WazoPlugind.Plugins.Installation;
using WazoPlugind.Plugins.Sources;
using WazoPlugind.Processes;
using WazoPlugind.Worker.Steps.Build;
using WazoPlugind.Worker.Steps.Fetch;

namespace WazoPlugind.Worker.Tests.Steps.Build;

/// <summary>The two steps of a builder, with what travels between them, as root and the users of the machine.</summary>
[Trait("Category", "Acceptance")]
public sealed class BuildStepTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly StepMachine _machine = new();
    private readonly ServiceProvider _services;

    public BuildStepTests()
    {
        foreach (var directory in (string[])[_directory.Path, _machine.Directory])
            File.SetUnixFileMode(directory, (UnixFileMode)0b111_101_101);
        _machine.Workspaces.Prepare();
        var http = new HttpClient();
        _services = new ServiceCollection()
            .AddSingleton(_machine.Configuration)
            .AddSingleton(_machine.Workspaces)
            .AddSingleton(TimeProvider.System)
            .AddSingleton(typeof(ILogger<>), typeof(NullLogger<>))
            .AddSingleton(new CommandRunner(TimeProvider.System))
            .AddSingleton<WorkspaceCommands>()
            .AddSingleton<DebianPackageBuilder>()
            .AddSingleton(new MarketClient(http, _machine.Configuration, TimeProvider.System))
            .AddSingleton(new PlatformVersion(http, null!, _machine.Configuration, TimeProvider.System))
            .AddPluginSources()
            .AddSingleton<ComingPackages>()
            .AddSingleton<FetchStep>()
            .AddSingleton<BuildStep>()
            .BuildServiceProvider();
    }

    public void Dispose()
    {
        _services.Dispose();
        _machine.Dispose();
        _directory.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_build_at_a_tag_can_describe_it_with_and_without_the_tree_of_the_fetch(bool isTreeThere)
    {
        _directory.Run("""
            git init -q -b master .; mkdir wazo; printf 'name: a\nnamespace: x\nversion: "1.0"\n' > wazo/plugin.yml
            printf '#!/bin/sh -e\n[ $1 != build ] || git describe --tags --exact-match > wazo/described\n' > wazo/rules; chmod 755 wazo/rules
            git add .; git -c user.name=a -c user.email=a@b commit -qm 1; git -c user.name=a -c user.email=a@b tag -am 1 v1
            """);
        PackageArtifact? package = null;
        string? reason = null;

        await _machine.RunAsync(StepMachine.Delivery(), async run =>
        {
            var options = new InstallOptions { Url = _directory.Path, Ref = "v1" };
            var fetch = new FetchPlugin { Uuid = run.Operation, Method = InstallMethods.Git, Options = options };
            var fetched = Sent((await _services.GetRequiredService<FetchStep>().RunAsync(fetch, run)).Value!);
            if (!isTreeThere)
                run.Workspace.Delete();
            var build = new BuildPlugin
            {
                Uuid = run.Operation,
                Requested = fetched.Source,
                Source = fetched.Source,
                Revision = fetched.Revision,
                RevisionName = fetched.RevisionName,
                Manifest = fetched.Manifest,
            };
            var built = await _services.GetRequiredService<BuildStep>().RunAsync(Sent(build), run);
            (package, reason) = (built.Value?.Package, built.Failure?.ToString());
            return new TestResult("done");
        });

        Assert.True(package is not null, reason);
        _directory.Run($"dpkg-deb --fsys-tarfile {package.Path} | tar -xO --wildcards '*/described' > described");
        Assert.Equal("v1\n", await File.ReadAllTextAsync(Path.Join(_directory.Path, "described")));
    }

    private static T Sent<T>(T message) => JsonSerializer.Deserialize<T>(JsonSerializer.Serialize(message))!;
}
