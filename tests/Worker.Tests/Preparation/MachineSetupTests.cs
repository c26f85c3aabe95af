using WazoPlugind.Harness;
using WazoPlugind.Hosting.CommandLine;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Worker.Preparation;

namespace WazoPlugind.Worker.Tests.Preparation;

[Trait("Category", "Acceptance")]
public sealed class MachineSetupTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private VirtualHost _vhost = null!;

    public async Task InitializeAsync() => _vhost = await VirtualHost.CreateAsync();

    public async Task DisposeAsync()
    {
        await _vhost.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task RunAsync_makes_what_is_missing_as_often_as_it_is_asked()
    {
        var options = Options($"vhost: {_vhost.Name}");
        await MachineSetup.RunAsync(options with { IsLocal = true });
        Assert.Equal("", await VirtualHost.ControlAsync("list_queues", "-p", _vhost.Name, "name", "--no-table-headers"));
        var database = File.GetLastWriteTimeUtc(Path.Join(_directory.Path, "operations.db"));

        await MachineSetup.RunAsync(options);
        await MachineSetup.RunAsync(options);

        Assert.Equal(["downloads", "packages", "plugins", "rules", "tmp"], Directory.GetDirectories(_directory.Path).Select(Path.GetFileName).Order());
        Assert.Equal(database, File.GetLastWriteTimeUtc(Path.Join(_directory.Path, "operations.db")));
        var queues = await VirtualHost.ControlAsync("list_queues", "-p", _vhost.Name, "name", "--no-table-headers");
        Assert.Equal(14, queues.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        var exchanges = await VirtualHost.ControlAsync("list_exchanges", "-p", _vhost.Name, "name", "type", "--no-table-headers");
        Assert.Contains("wazo-headers\theaders\n", exchanges);
        Assert.Contains("WazoPlugind.Messages:PluginOperationEnded\tfanout\n", exchanges);
    }

    [Fact]
    public async Task RunAsync_without_a_broker_makes_the_rest_and_says_so()
    {
        var error = await Assert.ThrowsAsync<ConfigurationException>(() => MachineSetup.RunAsync(Options("host: 127.0.0.1\n  port: 1")));

        Assert.StartsWith("there is no broker at 127.0.0.1:1: ", error.Message);
        Assert.True(File.Exists(Path.Join(_directory.Path, "operations.db")));
    }

    private SetupOptions Options(string bus)
    {
        var file = _directory.Write("config.yml", $"""
            user: nobody
            build: {"{user: nobody}"}
            log_file: null
            metadata_dir: {_directory.Path}/plugins
            download_dir: {_directory.Path}/downloads
            extract_dir: {_directory.Path}/tmp
            backup_rules_dir: {_directory.Path}/rules
            packages_dir: {_directory.Path}/packages
            operations: {"{"}database: {_directory.Path}/operations.db{"}"}
            bus:
              {bus}
            """);
        return new SetupOptions(new CommandLineOptions(file, Debug: false, User: null, TrustsWritableFiles: true, Roles: []), IsLocal: false, TakesOver: false);
    }
}
