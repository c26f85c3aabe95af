using WazoPlugind.Harness;
using WazoPlugind.Platform.Configuration;

namespace WazoPlugind.Platform.Tests.Configuration;

public sealed class SystemdCredentialsTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void PathOf_is_the_credential_of_that_name_where_there_is_one_with_content()
    {
        var credential = _directory.Write("key.yml", "service_id: a");
        _directory.Write("empty.yml", " ");
        var credentials = new SystemdCredentials(_directory.Path);

        Assert.Equal(credential, credentials.PathOf("/var/lib/keys/key.yml"));
        Assert.Equal(credential, credentials.PathOf("key.yml"));
        Assert.Equal("/var/lib/keys/empty.yml", credentials.PathOf("/var/lib/keys/empty.yml"));
        Assert.Equal("/var/lib/keys/other.yml", credentials.PathOf("/var/lib/keys/other.yml"));
        Assert.Equal("/var/lib/keys/key.yml", new SystemdCredentials(Directory: null).PathOf("/var/lib/keys/key.yml"));
    }
}
