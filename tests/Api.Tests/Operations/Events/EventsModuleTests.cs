using System.Net;
using WazoPlugind.StandIn;

namespace WazoPlugind.Api.Tests.Operations.Events;

public sealed class EventsModuleTests : ApiTest
{
    private const string Operation = "5f0c1a52-1111-4000-8000-000000000000";

    private const string Stored = $$"""
        INSERT INTO operations (uuid, kind, action, status, created_at, finished_at, data) VALUES ('{{Operation}}', 'install', 'install', 'completed', '2026', '2026', '');
        INSERT INTO operation_events (uuid, kind, body) VALUES ('{{Operation}}', 'step', '{"step":"building"}');
        INSERT INTO operation_events (uuid, kind, body, step, run, run_id, first_line, lines, bytes, previous) VALUES
            ('{{Operation}}', 'output', '[{"at":"2026","text":"one"}]', 'building', 2, 'x', 1, 1, 4, 1),
            ('{{Operation}}', 'output', '[{"at":"2026","text":"five"}]', 'building', 2, 'x', 5, 1, 5, 2);
        INSERT INTO operation_events (uuid, kind, body) VALUES ('{{Operation}}', 'end', '{"status":"completed"}')
        """;

    [Fact]
    public async Task What_happened_is_told_with_what_is_left_out()
    {
        Api.PrepareOperations(Stored);

        Assert.Equal(
            $$"""
            :

            id: 1
            event: step
            data: {"step":"building"}

            id: 1
            event: left_out
            data: {"uuid":"{{Operation}}","step":"building","run":2,"before":1}

            id: 2
            event: output
            data: {"uuid":"{{Operation}}","step":"building","run":2,"first":1,"lines":[{"at":"2026","text":"one"}]}

            id: 2
            event: left_out
            data: {"uuid":"{{Operation}}","step":"building","run":2,"before":5}

            id: 3
            event: output
            data: {"uuid":"{{Operation}}","step":"building","run":2,"first":5,"lines":[{"at":"2026","text":"five"}]}

            id: 4
            event: end
            data: {"status":"completed"}


            """,
            await Api.GetAsync($"/0.2/operations/{Operation}/events"));
    }

    [Theory]
    [InlineData("3", HttpStatusCode.OK, ":\n\nid: 4\nevent: end\ndata: {\"status\":\"completed\"}\n\n")]
    [InlineData("4", HttpStatusCode.NoContent, "")]
    // Of another database.
    [InlineData("5", HttpStatusCode.OK, null)]
    [InlineData("-1", HttpStatusCode.BadRequest, null)]
    [InlineData("4x", HttpStatusCode.BadRequest, null)]
    public async Task Who_has_read_some_is_told_the_rest(string lastId, HttpStatusCode expected, string? told)
    {
        Api.PrepareOperations(Stored);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/0.2/operations/{Operation}/events");
        request.Headers.Add("X-Auth-Token", StandInServer.MasterToken);
        request.Headers.Add("Last-Event-ID", lastId);

        using var response = await Api.Client.SendAsync(request);

        Assert.Equal(expected, response.StatusCode);
        var text = await response.Content.ReadAsStringAsync();
        Assert.Equal(told ?? text, text);
    }

    [Fact]
    public async Task What_is_kept_of_the_output_is_shown_with_the_places_of_what_is_not()
    {
        Api.PrepareOperations(Stored);

        Assert.Equal(
            "building: [what an earlier run wrote is left out]\n2026 building: one\nbuilding: [3 lines are left out]\n2026 building: five\n",
            await Api.GetAsync($"/0.2/operations/{Operation}/output"));
        Assert.Equal("building: [3 lines are left out]\n2026 building: five\n", await Api.GetAsync($"/0.2/operations/{Operation}/output?tail=2"));
        Assert.Equal("", await Api.GetAsync($"/0.2/operations/{Operation}/output?step=packaging"));
    }
}
