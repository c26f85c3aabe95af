using Microsoft.Extensions.Logging.Abstractions;
using WazoPlugind.Plugins.Configuration;
using WazoPlugind.Worker.Build;

namespace WazoPlugind.Worker.Tests.Build;

public sealed class WorkspaceFactoryTests
{
    [Theory]
    [InlineData("games", "games")]
    [InlineData("who-is-not-there", "nobody")]
    public void Builds_have_a_user_of_their_own_or_that_of_the_service(string wanted, string expected)
    {
        var configuration = new PlugindConfiguration { User = "nobody", Build = new BuildConfiguration { User = wanted } };

        var workspace = new WorkspaceFactory(configuration, NullLogger<WorkspaceFactory>.Instance).Of(Guid.NewGuid());

        Assert.Equal((expected, "nobody"), (workspace.Builder!.Name, workspace.Fetcher!.Name));
    }
}
