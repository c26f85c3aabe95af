using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using WazoPlugind.StandIn;

namespace WazoPlugind.Api.Tests.Operations;

public sealed class OperationsModuleTests : ApiTest
{
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
        await using (var connection = new SqliteConnection($"Data Source={Api.OperationsFile};Pooling=false"))
        {
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = """
                CREATE TABLE operations (
                    uuid TEXT PRIMARY KEY, action TEXT, state TEXT, namespace TEXT, name TEXT, created_at TEXT, finished_at TEXT, parent TEXT, data TEXT)
                """;
            await command.ExecuteNonQueryAsync();
        }

        Assert.Equal("""{"items":[],"total":0,"filtered":0}""", await Api.GetAsync("/0.2/operations"));
        Assert.Equal("""{"items":[],"total":0,"filtered":0}""", await Api.GetAsync("/0.2/operations?status=error"));
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
    public async Task A_bad_body_is_invalid_data(string content, string field, string constraint)
    {
        var (status, _, body) = await PostAsync(content);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        var error = JsonNode.Parse(body)!["details"]![field]!;
        Assert.Equal(constraint, (error["constraint_id"] ?? error["url"]!["constraint_id"])!.GetValue<string>());
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

        Assert.Equal("operations-unavailable", JsonNode.Parse(await Api.GetAsync("/0.2/operations"))!["error_id"]!.GetValue<string>());
    }

    // What SQLite itself does not notice.
    [Theory]
    [InlineData("{\"Plugin\": \"")]
    [InlineData("[]")]
    [InlineData("null")]
    public async Task A_database_whose_content_is_damaged_is_503_until_it_is_set_aside(string data)
    {
        await using (var connection = new SqliteConnection($"Data Source={Api.OperationsFile};Pooling=false"))
        {
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = $"""
                CREATE TABLE operations (uuid, action, state, version, namespace, name, created_at, finished_at, parent, requester, data);
                CREATE TABLE operation_steps (uuid, name, started_at, finished_at, output);
                INSERT INTO operations VALUES ('5f0c1a52-1111-4000-8000-000000000000', 'install', 'Fetching', 1, 'a', 'b', '2026', NULL, NULL, '', '{data}');
                """;
            await command.ExecuteNonQueryAsync();
        }

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
