using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Worker.Steps.Build;

namespace WazoPlugind.Worker.Tests.Steps.Build;

[Trait("Category", "Acceptance")]
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

    [Theory]
    [InlineData("report.json")]
    [InlineData("work/tree/file")]
    public void TryDelete_of_what_cannot_be_deleted_now_throws_nothing_and_another_time_deletes_it(string file)
    {
        var directory = Directory.CreateTempSubdirectory("plugind-test-").FullName;
        var configuration = new PlugindConfiguration { User = "nobody", ExtractDir = directory, DownloadDir = Path.Join(directory, "downloads") };
        var (workspaces, operation) = (new WorkspaceFactory(configuration, NullLogger<WorkspaceFactory>.Instance), Guid.NewGuid());
        var path = Path.Join(directory, operation.ToString(), file);
        workspaces.Of(operation).Create();
        File.WriteAllText(path, "");
        // Not even root deletes it then.
        Run("chattr", "+i", path);
        try
        {
            workspaces.TryDelete(operation);
            Assert.True(File.Exists(path));
        }
        finally
        {
            Run("chattr", "-i", path);
        }

        workspaces.TryDelete(operation);
        Assert.False(Directory.Exists(workspaces.Of(operation).Operation));
        Directory.Delete(directory, recursive: true);
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments))!;
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
