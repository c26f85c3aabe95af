using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace WazoPlugind.StandIn;

/// <summary>
/// Stands in for the services outside: wazo-auth (<c>/0.1/token</c>), wazo-confd (<c>/1.1/infos</c>), the market
/// (<c>/v1/plugins</c>) and Consul's agent (<c>/v1/agent</c>). What they answer is set over HTTP, below <c>/stand-in</c>.
/// </summary>
public sealed class StandInServer : IAsyncDisposable
{
    /// <summary>The master tenant.</summary>
    public const string MasterTenant = "00000000-0000-4000-8000-000000000201";

    /// <summary>A tenant below it.</summary>
    public const string SubTenant = "00000000-0000-4000-8000-000000000202";

    /// <summary>A token of the master tenant that may do everything.</summary>
    public const string MasterToken = "00000000-0000-4000-8000-000000000101";

    /// <summary>A token of the sub-tenant that may do everything.</summary>
    public const string SubTenantToken = "00000000-0000-4000-8000-000000000102";

    /// <summary>A token of the master tenant that may only read the market.</summary>
    public const string MarketToken = "00000000-0000-4000-8000-000000000103";

    /// <summary>A token of the master tenant that may do everything, of another user than all others.</summary>
    public const string OtherUserToken = "00000000-0000-4000-8000-000000000104";

    /// <summary>The login name of every user.</summary>
    public const string Login = "someone@example.org";

    /// <summary>The user of the other tokens.</summary>
    public const string UserUuid = "00000000-0000-4000-8000-000000000301";

    private const string OtherUserUuid = "00000000-0000-4000-8000-000000000302";

    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, StandInToken> _tokens = new()
    {
        [MasterToken] = new([MasterTenant, SubTenant], ["#"]),
        [SubTenantToken] = new([SubTenant], ["#"]),
        [MarketToken] = new([MasterTenant], ["plugind.market.#"]),
        [OtherUserToken] = new([MasterTenant], ["#"], OtherUserUuid),
    };

    private JsonObject _settings = new()
    {
        ["username"] = "plugind-service",
        ["password"] = "plugind-password",
        ["wazo_version"] = "17.10",
    };

    private StandInServer(int port, string address)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls($"http://{address}:{port}");
        builder.Services.AddRouting();
        _app = builder.Build();
        _app.UseRouting();
        _app.MapGet("/0.1/token/{token?}", CheckTokenAsync);
        _app.MapPost("/0.1/token", CreateTokenAsync);
        _app.MapGet("/1.1/infos", InfosAsync);
        _app.MapGet("/{version}/plugins", Market.AnswerAsync);
        _app.MapPut("/v1/agent/{**path}", Consul.AnswerAsync);
        _app.MapPut("/stand-in/tokens/{token}", SetTokenAsync);
        _app.MapPut("/stand-in/settings", async context => _settings = (await ReadAsync(context)).AsObject());
        _app.MapPut("/stand-in/market", Market.SetAsync);
    }

    /// <summary>The market.</summary>
    public StandInMarket Market { get; } = new();

    /// <summary>Consul's agent.</summary>
    public StandInConsul Consul { get; } = new();

    /// <summary>Where it listens.</summary>
    public Uri Address => new(_app.Urls.First());

    /// <summary>How many tokens were checked.</summary>
    public int Checks { get; private set; }

    /// <summary>Starts a server.</summary>
    /// <param name="port">The port, 0 for any.</param>
    /// <param name="address">The address of the machine: the loopback address, unless it is a container's.</param>
    public static async Task<StandInServer> StartAsync(int port, string address = "127.0.0.1")
    {
        var server = new StandInServer(port, address);
        await server._app.StartAsync();
        return server;
    }

    /// <summary>Waits until the process is told to stop.</summary>
    public Task WaitForStopAsync() => _app.WaitForShutdownAsync();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task CheckTokenAsync(HttpContext context)
    {
        Checks++;
        var name = (string?)context.Request.RouteValues["token"] ?? "";
        var scope = context.Request.Query["scope"].ToString();
        var tenant = context.Request.Query["tenant"].ToString();
        if (!_tokens.TryGetValue(name, out var token))
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        else if (!token.Acl.Any(access => Grants(access, scope)) || (tenant.Length > 0 && !token.Tenants.Contains(tenant)))
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
        else
            await context.Response.WriteAsJsonAsync(TokenJson(name, token));
    }

    private async Task CreateTokenAsync(HttpContext context)
    {
        var expected = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{_settings["username"]}:{_settings["password"]}"));
        if (context.Request.Headers.Authorization != expected)
        {
            context.Response.StatusCode = (int)HttpStatusCode.Unauthorized;
            return;
        }

        var name = Guid.NewGuid().ToString();
        var token = new StandInToken([MasterTenant], ["confd.infos.read"]);
        _tokens[name] = token;
        await context.Response.WriteAsJsonAsync(TokenJson(name, token));
    }

    private async Task InfosAsync(HttpContext context)
    {
        if (!_tokens.ContainsKey(context.Request.Headers["X-Auth-Token"].ToString()))
            context.Response.StatusCode = (int)HttpStatusCode.Unauthorized;
        else
            await context.Response.WriteAsJsonAsync(new JsonObject { ["wazo_version"] = _settings["wazo_version"]?.DeepClone() });
    }

    private async Task SetTokenAsync(HttpContext context)
    {
        var body = await ReadAsync(context);
        _tokens[(string)context.Request.RouteValues["token"]!] = new StandInToken(Texts(body["tenants"]), Texts(body["acl"]));
    }

    private static JsonObject TokenJson(string name, StandInToken token) => new()
    {
        ["data"] = new JsonObject
        {
            ["token"] = name,
            ["metadata"] = new JsonObject { ["tenant_uuid"] = token.Tenants[0], ["uuid"] = token.User, ["login"] = Login },
        },
    };

    private static string[] Texts(JsonNode? list) => [.. list!.AsArray().Select(item => item!.GetValue<string>())];

    private static async Task<JsonNode> ReadAsync(HttpContext context) => (await JsonNode.ParseAsync(context.Request.Body))!;

    // wazo-auth's wildcards: '*' is one part, '#' any number.
    private static bool Grants(string access, string scope) =>
        Regex.IsMatch(scope, $@"\A{Regex.Escape(access).Replace(@"\*", "[^.]*").Replace(@"\#", ".*")}\z");
}
