using System.Text.Json.Nodes;

namespace WazoPlugind.Acceptance;

/// <summary>A worker ends without a warning at each of its side effects; the next one ends what it began.</summary>
[Collection(SharedPlatform.Name)]
public sealed class Killed_at_any_point(Platform platform) : KilledJourney(platform)
{
    private static readonly string[] UninstallSteps = ["starting", "removing", "completed"];

    public static IEnumerable<object[]> Installing => Points(
        [
            "package.installed", "step.began#2", "step.reported#3", "outbox.sent#2", "saga.saved#4",
        ],
        [
            "source.fetched", "source.validated", "package.built", "package.packaged", "package.staged", "package.kept",
            "saga.changed@InstallPluginCommand", "saga.changed@PluginFetched", "saga.changed@PluginBuilt", "saga.changed@PackageInstalled", .. Times("step.began", 1, 3), .. Times("step.beganReported", 1, 7),
            .. Times("step.reported", 1, 3), .. Times("outbox.sent", 1, 3), .. Times("saga.saving", 2, 4), .. Times("saga.saved", 2, 4),
            .. Times("event.published", 1, 11),
        ]);

    public static IEnumerable<object[]> Updating => Points(
        ["package.installed"],
        [
            "source.fetched", "source.validated", "package.built", "package.packaged", "package.staged", "package.kept",
            "saga.changed@UpdatePluginCommand", .. Times("step.began", 1, 3), .. Times("step.reported", 1, 3), .. Times("outbox.sent", 1, 3),
            .. Times("event.published", 1, 11),
        ]);

    public static IEnumerable<object[]> Uninstalling => Points(
        ["package.removed", "saga.changed@PackageRemoved"],
        [
            "step.began", "step.beganReported", "step.reported", "outbox.sent", "saga.changed@UninstallPluginCommand", .. Times("saga.saving", 1, 2),
            .. Times("saga.saved", 1, 2), .. Times("event.published", 1, 3),
        ]);

    [Theory]
    [MemberData(nameof(Installing))]
    public async Task An_installation_is_done(string point)
    {
        var repository = await Platform.CreatePluginAsync("killed-" + NameOf(point));

        await SurviveAsync(point, InstallSteps, () => Platform.Client.RequestInstallAsync(new JsonObject { ["url"] = repository.Url }));

        Assert.Equal("0.0.1", await Platform.InstalledVersionAsync(repository.Package));
    }

    [Theory]
    [MemberData(nameof(Updating))]
    public async Task An_update_is_done(string point)
    {
        var repository = await Platform.CreatePluginAsync("renewed-" + NameOf(point));
        await Platform.Client.InstallAsync(repository);
        await repository.CommitAsync("0.0.2");

        await SurviveAsync(point, InstallSteps, () => RequestAsync(HttpMethod.Put, repository));

        Assert.Equal("0.0.2", await Platform.InstalledVersionAsync(repository.Package));
    }

    [Theory]
    [MemberData(nameof(Uninstalling))]
    public async Task A_removal_is_done(string point)
    {
        var repository = await Platform.CreatePluginAsync("unmade-" + NameOf(point));
        await Platform.Client.InstallAsync(repository);

        await SurviveAsync(point, UninstallSteps, () => RequestAsync(HttpMethod.Delete, repository));

        Assert.Null(await Platform.InstalledVersionAsync(repository.Package));
    }

    private async Task<string> RequestAsync(HttpMethod method, PluginRepository repository)
    {
        var (_, body) = await Platform.Client.SendAsync(method, $"/0.2/plugins/acceptance/{repository.Name}");
        return body!["uuid"]!.GetValue<string>();
    }
}
