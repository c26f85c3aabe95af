using Microsoft.Extensions.DependencyInjection;
using WazoPlugind.Debian.Apt;
using WazoPlugind.Debian.Database;
using WazoPlugind.Harness;
using WazoPlugind.Platform.Configuration;

namespace WazoPlugind.Worker.Tests;

public sealed class WorkerSetupTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task The_package_manager_knows_the_proxies_and_shows_no_credentials()
    {
        var services = new ServiceCollection().AddLogging();
        services.AddSingleton(new DpkgStatus(_directory.Write("status", "")));
        services.AddPlugindWorker(
            new PlugindConfiguration
            {
                Bus = new BusConfiguration { Transport = BusConfiguration.InMemory },
                Proxy = new ProxyConfiguration { Https = "http://me:s3cr3t@proxy.test" },
            },
            WorkerRoles.All);
        await using var provider = services.BuildServiceProvider();
        var script = _directory.Write("script", "#!/bin/sh\nenv\n");
        File.SetUnixFileMode(script, (UnixFileMode)0b111_101_101);

        var result = await provider.GetRequiredService<PackageManager>().RunPostInstAsync(
            new DpkgPackage("a", "install ok unpacked", "1.0", "", "", ""), script, TimeSpan.FromSeconds(30));

        Assert.Contains("\nhttps_proxy=http://me:********@proxy.test:80\n", "\n" + result.Output);
    }
}
