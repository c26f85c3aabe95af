using System.Net;
using System.Text.Json.Nodes;
using RabbitMQ.Client;

namespace WazoPlugind.Acceptance;

/// <summary>What docs/operations.md says that each process needs, and not more.</summary>
[Collection(SharedPlatform.Name)]
public sealed class Permissions_on_the_broker(Platform platform) : Journey(platform)
{
    private const string Nothing = "^$";
    private const string Events = "wazo-headers";

    private static readonly (string Read, string Write) Api = (Nothing, "^plugind-requests$");

    private static readonly (string Read, string Write) Orchestrator = (
        "^plugind-(commands|requests|operations|dead-letters)$",
        @"^(plugind-(requests|operations|fetch|build|install)|plugind-.+_error|wazo-headers|WazoPlugind\.Messages:PluginOperationEnded|amq\.topic)$");

    private static readonly (string Read, string Write) Builder = ("^plugind-(fetch|build)$", "^plugind-(operations|(fetch|build)_error)$");

    private static readonly (string Read, string Write) Installer = ("^plugind-install$", "^plugind-(operations|install_error)$");

    [Fact]
    public async Task Are_enough_where_the_queues_are_there_and_nobody_may_declare_any()
    {
        await Platform.StopWorkerAsync();
        await using var users = new Users(Platform);
        await Platform.RestartApiAsync(await users.AddAsync("api", Api));
        await using (await StartAsync("orchestrate", await users.AddAsync("orchestrator", Orchestrator)))
        await using (await StartAsync("build", await users.AddAsync("builder", Builder)))
        await using (await StartAsync("install", await users.AddAsync("installer", Installer)))
        {
            await Platform.WaitForBusAsync();
            var repository = await Platform.CreatePluginAsync("permitted");

            AssertCompleted(await Platform.Client.InstallAsync(repository));
            AssertCompleted(await Platform.Client.UninstallAsync(repository));
            await Platform.SendAsync("plugind-commands", new BasicProperties { ContentType = "application/json" }, "no command");
            Assert.NotNull(await Platform.TakeAsync("plugind-commands_error"));
        }

        await Platform.RestartApiAsync();
        await Platform.StartWorkerAsync();
        await Platform.WaitForBusAsync();
    }

    [Fact]
    public async Task To_tell_the_platform_are_waited_for_and_what_waits_is_said_and_goes_on_by_itself()
    {
        await using var users = new Users(Platform);
        var mute = (Read: ".*", Write: $"^(?!{Events}$).*$");
        var settings = await users.AddAsync("mute", mute);
        var repository = await Platform.CreatePluginAsync("mute");
        await using (await Platform.ReconfigureWorkerAsync(settings))
        {
            var uuid = await Platform.Client.RequestInstallAsync(new JsonObject { ["url"] = repository.Url });

            await Wait.UntilAsync(
                async () => (await Platform.Client.GetAsync($"/0.2/operations/{uuid}"))["undelivered"] is not null, "what waits");
            var operation = await Platform.Client.GetAsync($"/0.2/operations/{uuid}");
            Assert.Equal(("running", "starting"), (Text(operation["status"]), Text(operation["current_step"]!["name"])));
            Assert.Equal("events", Text(operation["undelivered"]!["destination"]));
            Assert.Contains($"exchange '{Events}'", Text(operation["undelivered"]!["reason"]));
            Assert.Empty(operation["steps"]!.AsArray());
            var worker = (await Platform.Client.GetAsync("/0.2/status"))["worker"]!;
            Assert.Equal(("fail", "undelivered"), (Text(worker["status"]), Text(worker["reason"])));
            Assert.Contains($"exchange '{Events}'", Text(worker["message"]));

            await users.PermitAsync("mute", (".*", ".*"));

            AssertCompleted(await Platform.Events.OfAsync(uuid));
            Assert.Null((await Platform.Client.GetEndedAsync(uuid))["undelivered"]);
            await Platform.WaitForBusAsync();
            Assert.Single(
                await File.ReadAllLinesAsync(Path.Join(Platform.Directory, "plugind.log")),
                line => line.Contains("What is to be sent to events is not taken", StringComparison.Ordinal) && line.Contains("lacks a permission", StringComparison.Ordinal));
        }
    }

    public static IEnumerable<object[]> Missing => Soak.IsOn ? [["login"], ["vhost"], ["permission"]] : [["vhost"]];

    [Theory]
    [MemberData(nameof(Missing))]
    public async Task That_the_api_lacks_are_waited_for(string missing)
    {
        await using var users = new Users(Platform);
        var settings = await users.AddAsync("late", missing == "permission" ? (Nothing, Nothing) : Api);
        if (missing == "login")
            await users.ChangePasswordAsync("late", "another");
        if (missing == "vhost")
            await users.ForbidAsync("late");
        await Platform.RestartApiAsync(settings);
        var repository = await Platform.CreatePluginAsync("late-" + missing);
        var body = new JsonObject { ["method"] = "git", ["options"] = new JsonObject { ["url"] = repository.Url } };

        var (status, error) = await Platform.Client.SendAsync(HttpMethod.Post, "/0.2/plugins", body);
        var bus = (await Platform.Client.GetAsync("/0.2/status"))["bus"]!;

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "bus-unavailable"), (status, Text(error!["error_id"])));
        Assert.Contains(missing, Text(bus["reason"]));
        Assert.Contains(users.NameOf("late"), Text(bus["message"]));
        await users.ChangePasswordAsync("late", Users.Password);
        await users.PermitAsync("late", Api);
        await Platform.WaitForBusAsync();
        AssertCompleted(await Platform.Client.InstallAsync(repository));
        await Platform.RestartApiAsync();
        await Platform.WaitForBusAsync();
    }

    private async Task<ServiceProcess> StartAsync(string role, string settings) =>
        ServiceProcess.Start("Worker", "wazo-plugind-worker", "-c", await Platform.ConfigureAsync(settings), "--roles", role);

    private static string? Text(JsonNode? node) => node?.GetValue<string>();

    /// <summary>Users of the broker for one test.</summary>
    private sealed class Users(Platform platform) : IAsyncDisposable
    {
        public const string Password = "plugind";

        private readonly string _suffix = Guid.NewGuid().ToString("N")[..8];
        private readonly List<string> _names = [];

        public string NameOf(string user) => $"{user}-{_suffix}";

        /// <summary>Adds a user who may configure nothing.</summary>
        /// <returns>The settings of a process that is this user.</returns>
        public async Task<string> AddAsync(string user, (string Read, string Write) permissions)
        {
            _names.Add(NameOf(user));
            await Platform.RabbitMqControlAsync("add_user", NameOf(user), Password);
            await PermitAsync(user, permissions);
            var bus = (await File.ReadAllLinesAsync(platform.ConfigFile)).First(line => line.StartsWith("bus:", StringComparison.Ordinal));
            return bus.Replace("}", $", username: {NameOf(user)}, password: {Password}}}");
        }

        public Task<string> PermitAsync(string user, (string Read, string Write) permissions) =>
            Platform.RabbitMqControlAsync("set_permissions", "-p", platform.Vhost, NameOf(user), Nothing, permissions.Write, permissions.Read);

        public Task<string> ForbidAsync(string user) => Platform.RabbitMqControlAsync("clear_permissions", "-p", platform.Vhost, NameOf(user));

        public Task<string> ChangePasswordAsync(string user, string password) => Platform.RabbitMqControlAsync("change_password", NameOf(user), password);

        public async ValueTask DisposeAsync()
        {
            foreach (var name in _names)
                await Platform.RabbitMqControlAsync("delete_user", name);
        }
    }
}
