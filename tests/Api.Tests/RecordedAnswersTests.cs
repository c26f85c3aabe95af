using System.Net.Sockets;
using System.Text;
using WazoPlugind.StandIn;

namespace WazoPlugind.Api.Tests;

/// <summary>Replays the recorded requests byte for byte, and compares status and body.</summary>
public sealed class RecordedAnswersTests : IAsyncLifetime
{
    private StandInServer _standIn = null!;

    public async Task InitializeAsync() => _standIn = await StandInServer.StartAsync(port: 0);

    public async Task DisposeAsync() => await _standIn.DisposeAsync();

    // What is wanted instead of what was recorded, and why.
    private static readonly Dictionary<string, (int Status, string Body)> Differences = new()
    {
        // An empty or malformed body says what is wrong, in the shape of every other error.
        ["400-install.txt: no body"] = (400, "The body is not valid JSON"),
        ["400-install.txt: empty body, JSON content type"] = (400, "The body is not valid JSON"),
        ["400-install.txt: not JSON"] = (400, "The body is not valid JSON"),
        ["400-install.txt: JSON string"] = (400, "The body is not a JSON object"),
        // Options that are not an object are a field of the wrong type like any other.
        ["400-install.txt: options not an object"] = (400, "Not a valid mapping type."),
        // There is one shape for a bad field; some were recorded in a list.
        ["400-install.txt: git: url empty"] = (400, "Shorter than minimum length 1."),
        ["400-install.txt: git: ref empty and subdirectory empty"] = (400, "Shorter than minimum length 1."),
        ["400-install.txt: market: name empty, namespace a number"] = (400, "Shorter than minimum length 1."),
        // Pages for people are errors for programs.
        ["404.txt: unknown path"] = (404, "not-found"),
        ["404.txt: unknown path, no token"] = (404, "not-found"),
        ["404.txt: root"] = (404, "not-found"),
        ["404.txt: trailing slash"] = (404, "not-found"),
        ["404.txt: other version"] = (404, "not-found"),
        ["other-http.txt: Origin, 404"] = (404, "not-found"),
        ["other-http.txt: method not allowed"] = (405, "method-not-allowed"),
        ["other-http.txt: method not allowed, no token"] = (405, "method-not-allowed"),
        ["other-http.txt: PATCH"] = (405, "method-not-allowed"),
        // A date is shown as text.
        ["500-plugins-with-a-date.txt: list"] = (200, "2020-01-02"),
        ["500-plugins-with-a-date.txt: plugin"] = (200, "2020-01-02"),
        // ConfigTests compares it: the values are this machine's, and the secrets are masked.
        ["other-http.txt: config"] = (200, "config_file"),
        // The error names what happened, not the client library and the token.
        ["503-before-auth-is-up.txt: wazo-auth does not listen"] = (503, "authentication-server-unreachable"),
        ["503-before-auth-is-up.txt: wazo-auth does not listen: status"] = (503, "authentication-server-unreachable"),
        ["503-before-auth-is-up.txt: wazo-auth does not listen, no token"] = (503, "authentication-server-unreachable"),
    };

    // Of resources that this front end does not serve.
    private static bool IsServed(Recording recording) =>
        !recording.Request.Contains("/0.2/market", StringComparison.Ordinal)
        && !recording.Request.Contains("/0.2/api", StringComparison.Ordinal);

    [Fact]
    public async Task Refused_requests_get_the_recorded_answers()
    {
        await using var api = await (await ApiHost.StartAsync(_standIn.Address.Port)).ReadyAsync();

        await ReplayAsync(api, "400-install.txt", "401.txt", "404.txt", "other-http.txt");
    }

    [Fact]
    public async Task Installed_plugins_are_shown_as_recorded()
    {
        await using var api = await (await ApiHost.StartAsync(
            _standIn.Address.Port,
            null,
            ["namespace: captures\nname: float-version\nversion: 1.1\ndescription: \"non ascii: é 漢字\"\nextra_field: {a: [1, 2.5, true, null], 3: yes}",
            "namespace: plugindtests\nname: foobaz\nversion: 0.0.1",
            "namespace: captures\nname: with-tig\nversion: 0.0.1\ndebian_depends: [tig]"])).ReadyAsync();

        await ReplayAsync(api, "200-plugins.txt");
    }

    [Fact]
    public async Task A_plugin_with_a_date_breaks_nothing()
    {
        await using var api = await (await ApiHost.StartAsync(
            _standIn.Address.Port, null, ["namespace: captures\nname: dated\nversion: 0.0.1\nreleased: 2020-01-02"])).ReadyAsync();

        await ReplayAsync(api, "500-plugins-with-a-date.txt");
    }

    [Fact]
    public async Task Without_wazo_auth_the_answer_is_the_recorded_503()
    {
        await using var api = await ApiHost.StartAsync(
            authPort: 9497, configuration => configuration with { Auth = configuration.Auth with { Host = "localhost" } });

        await ReplayAsync(api, "503-before-auth-is-up.txt");
    }

    [Fact]
    public async Task Before_the_master_tenant_is_known_the_answer_is_the_recorded_503()
    {
        await using var api = await ApiHost.StartAsync(
            _standIn.Address.Port, configuration => configuration with { Auth = configuration.Auth with { Password = "wrong" } });

        await ReplayAsync(api, "503-not-initialized.txt");
    }

    private static async Task ReplayAsync(ApiHost api, params string[] files)
    {
        var replayed = 0;
        foreach (var file in files)
        {
            foreach (var recording in Recording.Read(file).Where(IsServed))
            {
                var (status, head, body) = await SendAsync(api, recording.ToWire());
                var title = $"{file}: {recording.Title}";
                Assert.Equal($"{title}: {Recording.Shared(recording.Head)}", $"{title}: {Recording.Shared(head)}");
                if (Differences.TryGetValue(title, out var wanted))
                {
                    Assert.True((wanted.Status, true) == (status, body.Contains(wanted.Body, StringComparison.Ordinal)), $"{title}: {status} {body}");
                    Assert.DoesNotContain("<html", body);
                }
                else
                {
                    Assert.Equal($"{title}: {recording.Status} {Recording.Normalized(recording.Body)}", $"{title}: {status} {Recording.Normalized(body)}");
                }

                replayed++;
            }
        }

        Assert.NotEqual(0, replayed);
    }

    private static async Task<(int Status, string Head, string Body)> SendAsync(ApiHost api, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", api.Address.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(request));
        using var reader = new StreamReader(stream);
        var answer = (await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(30))).Split("\r\n\r\n", 2);
        return (int.Parse(answer[0].Split(' ')[1]), answer[0], answer[1]);
    }
}
