using System.Text.Json.Nodes;

namespace WazoPlugind.Acceptance;

/// <summary>A worker ends without a warning at each of its side effects; the next one ends what it began.</summary>
[Collection(SharedPlatform.Name)]
public sealed class Killed_at_any_point(Platform platform) : Journey(platform)
{
    private static readonly string[] InstallSteps =
    [
        "starting", "downloading", "extracting", "validating", "installing dependencies", "building", "packaging", "updating", "installing",
        "cleaning", "completed",
    ];

    private static readonly string[] UninstallSteps = ["starting", "removing", "completed"];

    public static IEnumerable<object[]> Installing => Points(
        ["package.built", "package.installed", "step.reported", "step.reported#2", "step.reported#3", "saga.sent#2", "saga.saving#4"],
        ["source.fetched", "source.validated", "package.packaged", "package.staged", "package.kept", "saga.sent", "saga.sent#3", "saga.saving",
            "saga.saving#2", "saga.saving#3", "saga.saved", "saga.saved#2", "saga.saved#3", "saga.saved#4", .. Events(11)]);

    public static IEnumerable<object[]> Updating => Points(
        ["package.installed"],
        ["source.fetched", "source.validated", "package.built", "package.packaged", "package.staged", "package.kept", "step.reported",
            "step.reported#2", "step.reported#3", "saga.sent", "saga.sent#2", "saga.sent#3", "saga.saving", "saga.saving#2", "saga.saving#3",
            "saga.saving#4", "saga.saved", "saga.saved#2", "saga.saved#3", "saga.saved#4", .. Events(11)]);

    public static IEnumerable<object[]> Uninstalling => Points(
        ["package.removed", "saga.saving#2"],
        ["step.reported", "saga.sent", "saga.saving", "saga.saved", "saga.saved#2", .. Events(3)]);

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

    private static IEnumerable<object[]> Points(string[] always, string[] soaking) =>
        (Soak.IsOn ? [.. always, .. soaking] : always).Select(point => (object[])[point]);

    private static IEnumerable<string> Events(int count) => Enumerable.Range(1, count).Select(number => $"event.published#{number}");

    private static string NameOf(string point) => point.Replace('.', '-').Replace('#', '-');

    private async Task SurviveAsync(string point, string[] steps, Func<Task<string>> request)
    {
        await Platform.StopWorkerAsync();
        await Platform.StartWorkerAsync(fault: point);
        var dying = Platform.Worker!;
        var uuid = await request();
        // The point must have been reached, or the test is about nothing.
        Assert.Equal(137, await dying.WaitAsync());
        await Platform.StartWorkerAsync();

        var messages = await Platform.Events.OfAsync(uuid);
        await Platform.WaitForWorkerAsync();

        AssertCompleted(messages);
        // Every step at least once, and none before another one's time: what comes again was there before.
        Assert.Equal(steps, messages.Select(message => message.Status).Distinct());
        Assert.Equal("completed", (await Platform.Client.GetEndedAsync(uuid))["status"]!.GetValue<string>());
    }

    private async Task<string> RequestAsync(HttpMethod method, PluginRepository repository)
    {
        var (_, body) = await Platform.Client.SendAsync(method, $"/0.2/plugins/acceptance/{repository.Name}");
        return body!["uuid"]!.GetValue<string>();
    }
}
