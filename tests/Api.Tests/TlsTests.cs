using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.StandIn;

namespace WazoPlugind.Api.Tests;

public sealed class TlsTests : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("plugind-tls-").FullName;
    private StandInServer _standIn = null!;

    private string CertificateFile => Path.Join(_directory, "server.crt");

    private string KeyFile => Path.Join(_directory, "server.key");

    public async Task InitializeAsync()
    {
        _standIn = await StandInServer.StartAsync(port: 0);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        await File.WriteAllTextAsync(CertificateFile, certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(KeyFile, key.ExportPkcs8PrivateKeyPem());
    }

    public async Task DisposeAsync()
    {
        await _standIn.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task With_a_certificate_and_a_key_the_api_serves_TLS()
    {
        await using var api = await StartAsync(CertificateFile, KeyFile);
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(CertificateFile);
        using var handler = new HttpClientHandler
        {
            ServerCertificateCustomValidationCallback = (_, served, _, _) => served!.Thumbprint == certificate.Thumbprint,
        };
        using var client = new HttpClient(handler);

        using var response = await client.GetAsync(new Uri(api.Address, "/0.2/status"));

        Assert.Equal("https", api.Address.Scheme);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Theory]
    [InlineData("server.crt", "missing.key", "rest_api.certificate, rest_api.private_key: Could not find file")]
    [InlineData("server.key", "server.key", "rest_api.certificate, rest_api.private_key: ")]
    [InlineData("server.crt", "server.crt", "rest_api.certificate, rest_api.private_key: ")]
    public async Task Files_that_do_not_do_stop_the_start(string certificate, string key, string reason)
    {
        var error = await Assert.ThrowsAsync<ConfigurationException>(() => StartAsync(InDirectory(certificate), InDirectory(key)));

        Assert.StartsWith(reason, error.Message);
    }

    private string InDirectory(string name) => Path.Join(_directory, name);

    private Task<ApiHost> StartAsync(string? certificate, string? key) => ApiHost.StartAsync(
        _standIn.Address.Port,
        configuration => configuration with
        {
            RestApi = configuration.RestApi with { Certificate = certificate, PrivateKey = key },
        });
}
