using WazoPlugind.Hosting.Start;
using WazoPlugind.Platform.Configuration;

namespace WazoPlugind.Hosting.Tests.Start;

public sealed class StartReportTests
{
    [Fact]
    public void Of_a_worker_names_what_it_works_with_and_no_password()
    {
        var configuration = new PlugindConfiguration
        {
            Uuid = "u",
            Bus = new BusConfiguration { Username = "plugind", Password = "secret-1", Vhost = "/wazo", Tls = true, Transport = BusConfiguration.RabbitMq },
            Auth = new AuthConfiguration { Prefix = "auth", Password = "secret-2" },
            Build = new BuildConfiguration { Sandbox = BuildConfiguration.None },
        };

        var report = StartReport.Of("wazo-plugind-worker", Loaded(configuration), ["orchestrate", "build"]);

        Assert.Matches(@"\Awazo-plugind-worker \d+\.\d+\.\d+ starts: orchestrate, build; ", report.Line);
        Assert.Contains("; broker amqps://plugind@localhost:5672, virtual host /wazo, exchange wazo-headers; wazo-auth http://localhost:9497/auth; runs as ", report.Line);
        Assert.EndsWith("; sandbox none", report.Line);
        Assert.DoesNotContain("secret", report.Line);
        Assert.DoesNotContain("listens", report.Line);
        Assert.Equal(["a warning", "build.sandbox is none: builds see the machine's files and processes"], report.Warnings);
    }

    [Fact]
    public void Of_an_api_says_where_it_listens_and_warns_of_nothing_that_others_do()
    {
        var configuration = new PlugindConfiguration
        {
            RestApi = new RestApiConfiguration { Listen = "::1" },
            Bus = new BusConfiguration { Transport = BusConfiguration.InMemory },
            Build = new BuildConfiguration { Sandbox = BuildConfiguration.None },
        };

        var report = StartReport.Of("wazo-plugind-api", Loaded(configuration), ["api"]);

        Assert.Contains(": api; listens on http://[::1]:9503; no broker, events go to standard output; ", report.Line);
        Assert.Equal(["a warning"], report.Warnings);
        Assert.Empty(report.Problems);
    }

    [Theory]
    [InlineData("orchestrate", null, true)]
    [InlineData("orchestrate", "", true)]
    [InlineData("orchestrate", "u", false)]
    [InlineData("install", null, false)]
    public void Of_an_orchestrator_without_the_platforms_uuid_warns_of_it(string role, string? uuid, bool warns)
    {
        var report = StartReport.Of("wazo-plugind-worker", Loaded(new PlugindConfiguration { Uuid = uuid }), [role]);

        Assert.Equal(warns, report.Warnings.Any(warning => warning.StartsWith("XIVO_UUID", StringComparison.Ordinal)));
    }

    private static LoadedConfiguration Loaded(PlugindConfiguration configuration) => new("config.yml", configuration, ["a warning"], []);
}
