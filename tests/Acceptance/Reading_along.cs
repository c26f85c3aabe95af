using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using WazoPlugind.StandIn;

namespace WazoPlugind.Acceptance;

/// <summary>Someone reads along what an operation does, and looks afterwards at what its commands wrote.</summary>
[Collection(SharedPlatform.Name)]
public sealed class Reading_along(Platform platform) : KilledJourney(platform)
{
    // Where a sandbox shows it too.
    private const string Gate = "/opt/acceptance-reading-gate";

    public static IEnumerable<object[]> Counts => [[Soak.IsOn ? 500 : 30]];

    public static IEnumerable<object[]> Writing => Points(["output.reported", "output.storing@building"], Times("output.storing", 1, 3));

    [Fact]
    public async Task Shows_lines_as_they_come_and_goes_on_where_it_was_though_the_api_restarts()
    {
        File.Delete(Gate);
        var repository = await Platform.CreatePluginAsync(
            "reading", rules: $"echo $1 one; [ $1 != build ] || {{ until [ -e {Gate} ]; do sleep 0.1; done; }}; echo $1 two");
        await using var all = await EventStreamReader.OpenAsync(Platform.Port, "/0.2/operations/events");
        var uuid = await Platform.Client.RequestInstallAsync(new JsonObject { ["url"] = repository.Url });
        string lastId;
        await using (var reader = await EventStreamReader.OpenAsync(Platform.Port, $"/0.2/operations/{uuid}/events"))
        {
            // It still builds.
            Assert.Equal(["build one"], await reader.LinesUntilAsync("build one"));
            lastId = reader.LastId;
        }

        Assert.Equal("build one", (await all.LinesUntilAsync("build one"))[^1]);
        await Platform.RestartApiAsync();
        await File.WriteAllTextAsync(Gate, "");
        await using var next = await EventStreamReader.OpenAsync(Platform.Port, $"/0.2/operations/{uuid}/events", lastId);
        var lines = await next.LinesUntilAsync();

        Assert.Equal(["build two", "package one", "package two"], lines.Where(line => line.StartsWith("build", StringComparison.Ordinal) || line.StartsWith("package", StringComparison.Ordinal)));
        Assert.Contains("install one", lines);
        Assert.Contains(lines, line => line.StartsWith("Setting up wazo-plugind-reading-acceptance", StringComparison.Ordinal));
        await using var nothing = await EventStreamReader.OpenAsync(Platform.Port, $"/0.2/operations/{uuid}/events", next.LastId);
        Assert.Equal(HttpStatusCode.NoContent, nothing.Status);

        await using var again = await EventStreamReader.OpenAsync(Platform.Port, $"/0.2/operations/{uuid}/events");
        List<string> told = [];
        while (await again.NextAsync() is var (kind, data))
            told.Add(kind == "output" ? "output" : kind == "step" ? data["step"]!.GetValue<string>() : $"{kind} {data["status"]}");
        Assert.Equal([.. InstallSteps[..^1], "end completed"], told.Where(what => what != "output"));
        Assert.Equal("output", told[told.IndexOf("building") + 1]);
        await AssertOutputAsync(uuid);
        File.Delete(Gate);
    }

    [Fact]
    public async Task Of_a_flood_tells_the_end_and_where_something_is_left_out()
    {
        var repository = await Platform.CreatePluginAsync("flooding", rules: "[ $1 != build ] || { seq 30000; sleep 1; echo https://me:geheim@nowhere.test; seq 30001 60000; }");
        var uuid = await Platform.Client.RequestInstallAsync(new JsonObject { ["url"] = repository.Url });
        await using var reader = await EventStreamReader.OpenAsync(Platform.Port, $"/0.2/operations/{uuid}/events");

        List<int> numbers = [];
        List<int> gaps = [];
        while (await reader.NextAsync() is var (kind, data))
        {
            if (data["step"]?.GetValue<string>() != "building")
                continue;
            if (kind == "left_out")
                gaps.Add(data["before"]!.GetValue<int>());
            if (kind == "output")
                numbers.AddRange(Enumerable.Range(data["first"]!.GetValue<int>(), data["lines"]!.AsArray().Count));
        }

        Assert.Equal(numbers.Distinct().Order(), numbers);
        Assert.Equal(60001, numbers[^1]);
        Assert.NotEmpty(gaps);
        // Whatever is missing is told of.
        Assert.Equal(numbers.Where((number, index) => number != (index == 0 ? 0 : numbers[index - 1]) + 1), gaps);
        var text = await TextAsync($"/0.2/operations/{uuid}/output?step=building");
        Assert.EndsWith(" building: 60000\n", text);
        Assert.Matches(@"\Abuilding: \[[0-9]+ lines are left out\]\n", text);
        Assert.InRange(text.Split('\n').Sum(line => line.Length), 32 * 1024, 10 * 64 * 1024);
    }

    [Theory]
    [MemberData(nameof(Writing))]
    public async Task Loses_and_repeats_no_line_though_the_worker_ends_in_the_middle(string point)
    {
        var name = "written-" + NameOf(point.Replace('@', '-'));
        var repository = await Platform.CreatePluginAsync(name, rules: "[ $1 != build ] || { echo one; sleep 0.6; echo two; }");

        var uuid = await SurviveAsync(point, InstallSteps, () => Platform.Client.RequestInstallAsync(new JsonObject { ["url"] = repository.Url }));

        var built = (await Platform.Client.GetAsync($"/0.2/operations/{uuid}"))["steps"]!.AsArray();
        Assert.Contains(built, step => step!["name"]!.GetValue<string>() == "building");
        var items = JsonNode.Parse(await TextAsync($"/0.2/operations/{uuid}/output?step=building", "application/json"))!["items"]!.AsArray();
        var runs = items.GroupBy(line => line!["run"]!.GetValue<int>()).ToList();
        Assert.Equal(["one", "two"], runs[^1].Select(line => line!["text"]!.GetValue<string>()));
        Assert.All(runs[..^1], run => Assert.Equal("one", Assert.Single(run)!["text"]!.GetValue<string>()));
    }

    [Theory]
    [MemberData(nameof(Counts))]
    public async Task Of_many_that_fail_at_once_is_told_the_reason_of_each(int count)
    {
        var ends = await Task.WhenAll(Enumerable.Range(0, count).Select(number => Task.Run(async () =>
        {
            var uuid = await Platform.Client.RequestInstallAsync(new JsonObject { ["url"] = $"file:///srv/acceptance-none/{number}" });
            await using var reader = await EventStreamReader.OpenAsync(Platform.Port, $"/0.2/operations/{uuid}/events");
            JsonNode? end = null;
            while (await reader.NextAsync() is var (kind, data))
                end = kind == "end" ? data : null;
            return (Uuid: uuid, Number: number, End: end!);
        })));

        foreach (var (uuid, number, end) in ends)
        {
            var operation = await Platform.Client.GetAsync($"/0.2/operations/{uuid}");
            var reason = operation["error"]!["failure"]!["reason"]!.GetValue<string>();
            Assert.Contains($"acceptance-none/{number}", reason);
            Assert.Equal(("error", reason), (end["status"]!.GetValue<string>(), end["error"]!["failure"]!["reason"]!.GetValue<string>()));
        }
    }

    [Fact]
    public async Task Needs_a_token_an_operation_and_an_id()
    {
        foreach (var (path, lastId, token, expected) in ((string, string?, string, HttpStatusCode)[])[
            ("/0.2/operations/events", null, "no-token", HttpStatusCode.Unauthorized),
            ("/0.2/operations/events", "x", StandInServer.MasterToken, HttpStatusCode.BadRequest),
            ($"/0.2/operations/{Guid.NewGuid()}/events", null, StandInServer.MasterToken, HttpStatusCode.NotFound),
            ($"/0.2/operations/{Guid.NewGuid()}/output", null, StandInServer.MasterToken, HttpStatusCode.NotFound),
            ($"/0.2/operations/{Guid.NewGuid()}/output?tail=-1", null, StandInServer.MasterToken, HttpStatusCode.BadRequest)])
        {
            await using var refused = await EventStreamReader.OpenAsync(Platform.Port, path, lastId, token);
            Assert.Equal(expected, refused.Status);
        }
    }

    private async Task AssertOutputAsync(string uuid)
    {
        var path = $"/0.2/operations/{uuid}/output";
        var text = await TextAsync(path);
        Assert.Matches(new Regex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z building: build one$", RegexOptions.Multiline), text);
        Assert.Matches(new Regex("installing: Setting up wazo-plugind-reading-acceptance", RegexOptions.Multiline), text);
        Assert.Equal(["build one", "build two"], Texts(await TextAsync($"{path}?step=building")));
        Assert.Equal("package two", Texts(await TextAsync($"{path}?step=packaging&tail=2")).First());
        Assert.Equal("", await TextAsync($"{path}?step=none"));
        var items = JsonNode.Parse(await TextAsync($"{path}?step=building", "application/json"))!["items"]!.AsArray();
        Assert.Equal(["building 1 1 build one", "building 1 2 build two"], items.Select(item => $"{item!["step"]} {item["run"]} {item["number"]} {item["text"]}"));
    }

    private static IEnumerable<string> Texts(string output) =>
        output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line[(line.IndexOf(": ", StringComparison.Ordinal) + 2)..]);

    private async Task<string> TextAsync(string path, string? accept = null)
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{Platform.Port}") };
        http.DefaultRequestHeaders.Add("X-Auth-Token", StandInServer.MasterToken);
        if (accept is not null)
            http.DefaultRequestHeaders.Add("Accept", accept);
        using var response = await http.GetAsync(path);
        Assert.Equal((HttpStatusCode.OK, accept ?? "text/plain"), (response.StatusCode, response.Content.Headers.ContentType!.MediaType));
        return Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync());
    }
}
