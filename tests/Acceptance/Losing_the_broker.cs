using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace WazoPlugind.Acceptance;

[Collection(SharedPlatform.Name)]
public sealed class Losing_the_broker(Platform platform) : Journey(platform)
{
    [Fact]
    public async Task Before_the_start_lets_everything_start_and_recover_by_itself()
    {
        await Platform.StopWorkerAsync();
        Platform.Broker.Close();
        await Platform.RestartApiAsync();
        await Platform.StartWorkerAsync();
        var repository = await Platform.CreatePluginAsync("patient");
        await AssertRefusedAsync(repository);

        Platform.Broker.Open();

        await Platform.WaitForBusAsync();
        AssertCompleted(await Platform.Client.InstallAsync(repository));
    }

    public static IEnumerable<object[]> Steps => Soak.IsOn ? [["building", "build"], ["installing", "install"]] : [["building", "build"]];

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task In_the_middle_of_a_step_costs_nothing(string step, string rule)
    {
        var runs = Path.Join(Platform.Directory, "cut-runs-" + rule);
        var repository = await Platform.CreatePluginAsync("cut-" + step, rules: $"[ $1 != {rule} ] || {{ echo >> {runs}; sleep 1; }}");

        var uuid = await Platform.Client.RequestInstallAsync(new JsonObject { ["url"] = repository.Url });
        await Platform.Events.WaitForAsync(uuid, step);
        await Platform.WaitForFileAsync(runs);
        Platform.Broker.Cut();

        AssertCompleted(await Platform.Events.OfAsync(uuid));
        await Platform.WaitForBusAsync();
        // It goes on, and is reported when the broker is there again.
        Assert.Equal("\n", await File.ReadAllTextAsync(runs));
    }

    [Fact]
    public async Task For_longer_while_parts_of_an_operation_are_under_way_refuses_requests_and_costs_nothing()
    {
        var needed = await Task.WhenAll(Enumerable.Range(0, 3).Select(number =>
            Platform.CreatePluginAsync($"away-{number}", rules: "[ $1 != build ] || sleep 1")));
        Platform.OfferInMarket(needed);
        var depends = string.Join(", ", needed.Select(plugin => $"{{namespace: acceptance, name: {plugin.Name}}}"));
        var top = await Platform.CreatePluginAsync("away-top", manifest: $"depends: [{depends}]");
        var uuid = await Platform.Client.RequestInstallAsync(new JsonObject { ["url"] = top.Url });
        await Platform.Events.WaitForAsync(uuid, "installing dependencies");

        Platform.Broker.Close();
        await AssertRefusedAsync(top);
        await Task.Delay(TimeSpan.FromSeconds(Soak.IsOn ? 30 : 2));
        Platform.Broker.Open();

        AssertCompleted(await Platform.Events.OfAsync(uuid, seconds: 60));
        await Platform.WaitForBusAsync();
        foreach (var plugin in needed)
            Assert.Equal("0.0.1", await Platform.InstalledVersionAsync(plugin.Package));
    }

    [Fact]
    public async Task That_restarts_in_the_middle_loses_nothing()
    {
        var repository = await Platform.CreatePluginAsync("restarted", rules: "[ $1 != build ] || sleep 2");
        var uuid = await Platform.Client.RequestInstallAsync(new JsonObject { ["url"] = repository.Url });
        await Platform.Events.WaitForAsync(uuid, "building");

        using (await BrokerUse.AloneAsync())
        {
            await Platform.RabbitMqControlAsync("stop_app");
            await Platform.RabbitMqControlAsync("start_app");
        }

        await Platform.RestartEventsAsync();

        await Platform.WaitForBusAsync();
        Assert.Equal("completed", (await Platform.Client.GetEndedAsync(uuid))["status"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("plugind-commands")]
    [InlineData("plugind-fetch")]
    [InlineData("plugind-build")]
    public async Task That_has_lost_a_queue_gets_it_again(string queue)
    {
        await Platform.WaitForWorkerAsync();
        await Platform.RabbitMqControlAsync("delete_queue", "--vhost", Platform.Vhost, queue);

        await Platform.WaitForWorkerAsync("ok");
        var repository = await Platform.CreatePluginAsync("after-" + queue);
        AssertCompleted(await Platform.Client.InstallAsync(repository));
    }

    [Fact]
    public async Task Never_happens_over_tls_with_odd_names()
    {
        const string vhost = "odd /%#vhost", user = "odd user:@/%", password = "s:@/ %?é";
        using var authority = CreateCertificate("CN=authority", issuer: null);
        using var certificate = CreateCertificate("CN=localhost", authority);
        await using var broker = BrokerProxy.Start(certificate);
        var ca = Path.Join(Platform.Directory, "ca.pem");
        await File.WriteAllTextAsync(ca, authority.ExportCertificatePem());
        await Platform.RabbitMqControlAsync("add_vhost", vhost);
        await Platform.RabbitMqControlAsync("add_user", user, password);
        await Platform.RabbitMqControlAsync("set_permissions", "-p", vhost, user, ".*", ".*", ".*");
        await Platform.RabbitMqControlAsync("set_permissions", "-p", vhost, "guest", ".*", ".*", ".*");
        try
        {
            var (port, file) = (Platform.FreePort(), Path.Join(Platform.Directory, "tls.yml"));
            var bus = new JsonObject
            {
                ["host"] = "localhost",
                ["port"] = broker.Port,
                ["tls"] = true,
                ["ca_certificate"] = ca,
                ["vhost"] = vhost,
                ["username"] = user,
                ["password"] = password,
            };
            await File.WriteAllTextAsync(file, $"""
                {(await File.ReadAllTextAsync(Platform.ConfigFile)).Replace("bus:", "old_bus:").Replace("rest_api:", "old_rest_api:").Replace("operations:", "old_operations:")}
                bus: {bus.ToJsonString()}
                rest_api: {new JsonObject { ["port"] = port }.ToJsonString()}
                operations: {new JsonObject { ["database"] = Path.Join(Platform.Directory, "tls.db") }.ToJsonString()}
                """);
            await using var events = await EventRecorder.StartAsync(vhost);
            using var client = new PluginClient(port, () => events);
            await using var api = ServiceProcess.Start("Api", "wazo-plugind-api", "-c", file);
            await using var worker = ServiceProcess.Start("Worker", "wazo-plugind-worker", "-c", file);
            await client.WaitUntilReadyAsync(api);

            var messages = await client.InstallAsync(await Platform.CreatePluginAsync("encrypted"));

            AssertCompleted(messages);
        }
        finally
        {
            await Platform.RabbitMqControlAsync("delete_vhost", vhost);
            await Platform.RabbitMqControlAsync("delete_user", user);
        }
    }

    private static X509Certificate2 CreateCertificate(string subject, X509Certificate2? issuer)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(issuer is null, false, 0, true));
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        var (from, to) = (now.AddDays(-1), now.AddDays(issuer is null ? 2 : 1));
        if (issuer is null)
            return request.CreateSelfSigned(from, to);
        using var signed = request.Create(issuer, from, to, [1, 2, 3]);
        return X509CertificateLoader.LoadPkcs12(signed.CopyWithPrivateKey(key).Export(X509ContentType.Pkcs12), null);
    }

    private async Task AssertRefusedAsync(PluginRepository repository)
    {
        var time = Stopwatch.StartNew();
        var (status, body) = await Platform.Client.SendAsync(HttpMethod.Post, "/0.2/plugins", new JsonObject
        {
            ["method"] = "git",
            ["options"] = new JsonObject { ["url"] = repository.Url },
        });
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "bus-unavailable"), (status, body!["error_id"]!.GetValue<string>()));
        // Two seconds are promised; no clock is that quick everywhere.
        Assert.InRange(time.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }
}
