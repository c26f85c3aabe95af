using System.Text.Json.Nodes;

namespace WazoPlugind.Acceptance;

[Collection(SharedPlatform.Name)]
public sealed class Debian_dependencies_of_a_plugin(Platform platform) : Journey(platform)
{
    [Theory]
    [InlineData("alternative", "no-such-package | git")]
    [InlineData("version", "git (>= 1:2.0)")]
    [InlineData("virtual", "awk")]
    public async Task That_are_there_already_ask_no_source(string name, string dependency)
    {
        using var updates = new CountedUpdates(Platform);
        var repository = await Platform.CreatePluginAsync("with-" + name, manifest: $"debian_depends: ['{dependency}']");

        AssertCompleted(await Platform.Client.InstallAsync(repository));

        Assert.Equal(0, updates.Count);
        Assert.Contains($"Depends: {dependency}\n", await Shell.RunAsync("dpkg", "--status", repository.Package));
    }

    [Theory]
    [InlineData("unknown", "no-such-package-anywhere")]
    [InlineData("too-new", "git (>= 9:1.0)")]
    public async Task That_no_source_has_are_named(string name, string dependency)
    {
        var repository = await Platform.CreatePluginAsync("wants-" + name, manifest: $"debian_depends: ['{dependency}', git]");

        var messages = await Platform.Client.InstallAsync(repository);

        Assert.Equal("installing-error", messages[^1].Errors["error_id"]!.GetValue<string>());
        Assert.Contains($"the packages that it needs ({dependency}) could not be installed", messages[^1].Reason);
        Assert.Null(await Platform.InstalledVersionAsync(repository.Package));
    }

    [Fact]
    public async Task Are_looked_up_once_for_plugins_that_wait_together()
    {
        await Shell.TryAsync("apt-get", "remove", "-y", "-q", "tig", "hello");
        using var updates = new CountedUpdates(Platform);
        string[] operations;
        await Platform.StopWorkerAsync();
        await using (ServiceProcess.Start("Worker", "wazo-plugind-worker", "-c", Platform.ConfigFile, "--roles", "orchestrate,build"))
        {
            operations = await Task.WhenAll(((string[])["tig", "hello"]).Select(async package =>
            {
                var repository = await Platform.CreatePluginAsync("waits-for-" + package, manifest: $"debian_depends: [{package}]");
                return await Platform.Client.RequestInstallAsync(new JsonObject { ["url"] = repository.Url });
            }));
            await Platform.WaitForMessagesAsync("plugind-install", operations.Length);
        }

        await Platform.StartWorkerAsync();

        foreach (var operation in operations)
            AssertCompleted(await Platform.Events.OfAsync(operation));
        Assert.Equal(1, updates.Count);
    }

    /// <summary>Counts the runs of <c>apt-get update</c>, as an administrator's hook of apt does.</summary>
    private sealed class CountedUpdates : IDisposable
    {
        private const string Hook = "/etc/apt/apt.conf.d/99-acceptance-updates";
        private readonly string _log;

        public CountedUpdates(Platform platform)
        {
            _log = Path.Join(platform.Directory, Guid.NewGuid().ToString());
            File.WriteAllText(Hook, $$"""APT::Update::Pre-Invoke {"echo update >> {{_log}}";};""");
        }

        public int Count => File.Exists(_log) ? File.ReadAllLines(_log).Length : 0;

        public void Dispose() => File.Delete(Hook);
    }
}
