using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using WazoPlugind.Hosting.Broker;
using WazoPlugind.Messages;
using WazoPlugind.StandIn;

namespace WazoPlugind.Api.Tests.Operations;

public sealed class OperationsModuleTests : ApiTest
{
    private AcceptingPublisher Accepted => (AcceptingPublisher)Api.Services.GetRequiredService<ICommandPublisher>();

    protected override IReadOnlyList<string> Manifests => ["namespace: b\nname: a\nversion: 1"];

    [Fact]
    public async Task A_request_is_created_and_found_before_a_worker_takes_it()
    {
        var (status, location, body) = await PostAsync("""{"action": "install", "method": "git", "options": {"url": "file:///srv/a"}}""", "/api/plugind");

        Assert.Equal(HttpStatusCode.Created, status);
        var uuid = JsonNode.Parse(body)!["uuid"]!.GetValue<string>();
        Assert.Equal($"/api/plugind/0.2/operations/{uuid}", location);
        var operation = JsonNode.Parse(await Api.GetAsync($"/0.2/operations/{uuid}"))!;
        Assert.Equal(("queued", "install"), (operation["status"]!.GetValue<string>(), operation["action"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Before_any_worker_has_run_the_list_is_empty() =>
        Assert.Equal("""{"items":[],"total":0,"filtered":0}""", await Api.GetAsync("/0.2/operations"));

    [Fact]
    public async Task Before_any_operation_the_list_is_empty()
    {
        Api.PrepareOperations();

        Assert.Equal("""{"items":[],"total":0,"filtered":0}""", await Api.GetAsync("/0.2/operations"));
        Assert.Equal("""{"items":[],"total":0,"filtered":0}""", await Api.GetAsync("/0.2/operations?status=error"));
    }

    [Fact]
    public async Task What_is_stored_is_shown_in_the_list_and_by_itself_also_where_a_part_of_it_is_damaged()
    {
        Api.PrepareOperations("""
            INSERT INTO operations (uuid, kind, action, status, namespace, name, method, options, current_step, created_at, data)
            VALUES ('5f0c1a52-1111-4000-8000-000000000000', 'install', 'install', 'running', 'a', 'b', 'git', '{"url": "', 'building', '2026', '')
            """);

        var listed = JsonNode.Parse(await Api.GetAsync("/0.2/operations"))!;
        var shown = JsonNode.Parse(await Api.GetAsync("/0.2/operations/5f0c1a52-1111-4000-8000-000000000000"))!;

        Assert.Equal((1, "b"), (listed["total"]!.GetValue<int>(), listed["items"]![0]!["plugin"]!["name"]!.GetValue<string>()));
        Assert.Equal(("building", "{}"), (shown["current_step"]!["name"]!.GetValue<string>(), shown["options"]!.ToJsonString()));
    }

    [Theory]
    [InlineData("", "body", "type")]
    [InlineData("{}", "action", "required")]
    [InlineData("""{"action": "cook"}""", "action", "enum")]
    [InlineData("""{"action": "install"}""", "method", "required")]
    [InlineData("""{"action": "install", "method": "git", "options": {"url": ""}}""", "options", "length")]
    [InlineData("""{"action": "install", "method": "git", "options": {"url": "x"}, "reinstall": "perhaps"}""", "reinstall", "type")]
    [InlineData("""{"action": "uninstall", "namespace": "b"}""", "name", "required")]
    [InlineData("""{"action": "update", "options": {"ref": "master"}}""", "name", "required")]
    [InlineData("""{"action": "install", "method": "git", "options": {"url": "x"}, "dry_run": "perhaps"}""", "dry_run", "type")]
    [InlineData("""{"action": "install", "method": "git", "options": {"url": "x"}, "revision": "--upload-pack=x"}""", "revision", "regex")]
    [InlineData("""{"action": "update", "namespace": "b", "name": "a", "revision": "0123456789012345678901234567890123456789"}""", "revision", "unknown")]
    [InlineData("""{"action": "install", "method": "git", "options": {"url": "x", "branch": "y"}}""", "options.branch", "unknown")]
    [InlineData("""{"action": "uninstall", "namespace": "b", "name": "a", "purge": true}""", "purge", "unknown")]
    [InlineData("""{"action": "update", "namespace": "b", "name": "a", "reinstall": true}""", "reinstall", "unknown")]
    [InlineData("""{"action": "update", "all": true}""", "all", "unknown")]
    public async Task A_bad_body_is_invalid_data(string content, string field, string constraint)
    {
        var (status, _, body) = await PostAsync(content);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        var error = field.Split('.').Aggregate(JsonNode.Parse(body)!["details"]!, (parent, key) => parent[key]!);
        Assert.Equal(constraint, (error["constraint_id"] ?? error["url"]!["constraint_id"])!.GetValue<string>());
    }

    [Fact]
    public async Task What_an_update_says_of_its_source_reaches_the_worker()
    {
        const string hash = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

        var (status, _, body) = await PostAsync($$$"""
            {"action": "update", "namespace": "b", "name": "a", "options": {"url": "https://host/a.tar.gz", "sha256": "{{{hash}}}", "subdirectory": "d"}}
            """);

        Assert.Equal(HttpStatusCode.Created, status);
        var command = Assert.IsType<UpdatePluginCommand>(Assert.Single(Accepted.Commands));
        Assert.Equal(JsonNode.Parse(body)!["uuid"]!.GetValue<string>(), command.Uuid.ToString());
        Assert.Equal(("b", "a", "https://host/a.tar.gz", hash, "d"), (command.Namespace, command.Name, command.Url, command.Sha256, command.Subdirectory));
    }

    [Theory]
    [InlineData("""{"action": "install", "method": "git", "options": {"url": "file:///srv/a"}, "revision": "%", "dry_run": true}""")]
    [InlineData("""{"action": "uninstall", "namespace": "b", "name": "a", "dry_run": true}""")]
    [InlineData("""{"action": "update", "namespace": "b", "name": "a", "options": {"ref": "v1"}, "dry_run": true}""")]
    [InlineData("""{"action": "update", "dry_run": true}""")]
    public async Task A_dry_run_is_a_command_of_its_own_that_says_the_same(string content)
    {
        content = content.Replace("%", new string('0', 40), StringComparison.Ordinal);

        var (status, _, body) = await PostAsync(content);

        Assert.Equal(HttpStatusCode.Created, status);
        var command = Assert.IsType<PlanOperationCommand>(Assert.Single(Accepted.Commands));
        var said = JsonNode.Parse(content)!.AsObject();
        Assert.Equal(
            (said["action"]!.GetValue<string>(), Text("method"), Text("revision"), Text("namespace"), Text("name"), (string?)said["options"]?["url"], (string?)said["options"]?["ref"]),
            (command.Action, command.Method, command.Revision, command.Namespace, command.Name, command.Options?.Url, command.Options?.Ref));
        var queued = JsonNode.Parse(await Api.GetAsync($"/0.2/operations/{JsonNode.Parse(body)!["uuid"]}"))!;
        Assert.True(queued["dry_run"]!.GetValue<bool>());

        string? Text(string key) => (string?)said[key];
    }

    [Fact]
    public async Task Plans_are_listed_when_they_are_asked_for()
    {
        Api.PrepareOperations("""
            INSERT INTO operations (uuid, kind, action, status, created_at, data, dry_run, plan)
            VALUES ('5f0c1a52-1111-4000-8000-000000000000', 'plan', 'install', 'completed', '2026', '', 1, '{"plugins": []}'),
                ('5f0c1a52-2222-4000-8000-000000000000', 'install', 'install', 'completed', '2025', '', 0, NULL)
            """);

        Assert.Equal(["222"], await ListAsync(""));
        Assert.Equal(["111"], await ListAsync("?dry_run=true"));
        Assert.Equal(["222"], await ListAsync("?dry_run=false"));
        var plan = JsonNode.Parse(await Api.GetAsync("/0.2/operations/5f0c1a52-1111-4000-8000-000000000000"))!;
        Assert.Equal("""{"plugins":[]}""", plan["plan"]!.ToJsonString());
        Assert.DoesNotContain("dry_run", await Api.GetAsync("/0.2/operations/5f0c1a52-2222-4000-8000-000000000000"));

        async Task<IEnumerable<string>> ListAsync(string query) => JsonNode.Parse(await Api.GetAsync("/0.2/operations" + query))!["items"]!
            .AsArray().Select(item => item!["uuid"]!.GetValue<string>()[9..12]);
    }

    [Fact]
    public async Task Uninstalling_what_is_not_installed_is_not_found()
    {
        var (status, _, body) = await PostAsync("""{"action": "uninstall", "namespace": "b", "name": "x"}""");

        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Contains("plugin-not-found", body);
    }

    [Theory]
    [InlineData("""{"action": "install"}""", "plugind.plugins.create")]
    [InlineData("nonsense", "plugind.plugins.create")]
    [InlineData("""{"action": "uninstall", "namespace": "b.c", "name": "a"}""", "plugind.plugins.b_c.a.delete")]
    [InlineData("""{"action": "update", "namespace": "b.c", "name": "a"}""", "plugind.plugins.b_c.a.update")]
    [InlineData("""{"action": "update"}""", "plugind.plugins.update")]
    public async Task The_access_is_that_of_the_action(string content, string access)
    {
        var (status, _, body) = await PostAsync(content, token: StandInServer.MarketToken);

        Assert.Equal(HttpStatusCode.Unauthorized, status);
        Assert.Equal(access, JsonNode.Parse(body)!["details"]!["required_access"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("/0.2/operations?status=lost", "status")]
    [InlineData("/0.2/operations?action=cook", "action")]
    [InlineData("/0.2/operations?order=data%3B--", "order")]
    [InlineData("/0.2/operations?limit=-1", "limit")]
    [InlineData("/0.2/operations?plugin=a", "plugin")]
    [InlineData("/0.2/operations/5f0c1a52-1111-4000-8000-000000000000?steps=1", "steps")]
    public async Task A_bad_query_is_invalid_data(string path, string field) =>
        Assert.NotNull(JsonNode.Parse(await Api.GetAsync(path))!["details"]![field]!["constraint_id"]);

    [Theory]
    [InlineData("5f0c1a52-1111-4000-8000-000000000000")]
    [InlineData("nonsense")]
    public async Task An_operation_that_there_is_not_is_not_found(string uuid) =>
        Assert.Equal("operation-not-found", JsonNode.Parse(await Api.GetAsync($"/0.2/operations/{uuid}"))!["error_id"]!.GetValue<string>());

    [Fact]
    public async Task A_database_that_cannot_be_read_is_503()
    {
        await File.WriteAllTextAsync(Api.OperationsFile, "this is no database, and long enough to be taken for one: " + new string('x', 4096));

        foreach (var path in (string[])["/0.2/operations", "/0.2/operations/5f0c1a52-1111-4000-8000-000000000000"])
            Assert.Equal("operations-unavailable", JsonNode.Parse(await Api.GetAsync(path))!["error_id"]!.GetValue<string>());

        File.Move(Api.OperationsFile, Api.OperationsFile + ".damaged");
        Assert.Equal(0, JsonNode.Parse(await Api.GetAsync("/0.2/operations"))!["total"]!.GetValue<int>());
    }

    private async Task<(HttpStatusCode Status, string? Location, string Body)> PostAsync(
        string content, string prefix = "", string token = StandInServer.MasterToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/0.2/operations");
        request.Headers.Add("X-Auth-Token", token);
        request.Headers.Add("X-Script-Name", prefix);
        request.Content = new StringContent(content);
        using var response = await Api.Client.SendAsync(request);
        return (response.StatusCode, response.Headers.Location?.ToString(), await response.Content.ReadAsStringAsync());
    }
}
