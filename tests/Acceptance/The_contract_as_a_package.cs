using System.Text.RegularExpressions;

namespace WazoPlugind.Acceptance;

/// <summary>What other services link: a package, packed and used as its own documentation says.</summary>
[Collection(SharedPlatform.Name)]
public sealed class The_contract_as_a_package(Platform platform) : Journey(platform)
{
    private const string Id = "WazoPlugind.Messages";

    private static readonly string[] Frameworks = ["net10.0", "net8.0"];

    public override Task InitializeAsync() => Platform.WaitForWorkerAsync();

    [Fact]
    public async Task Installs_a_plugin_from_the_program_of_its_documentation()
    {
        var (version, packages) = ($"1.0.0-test{Guid.NewGuid():N}", Path.Join(Platform.Directory, "packages"));
        // A copy: what is packed here must not be built into what runs meanwhile.
        var copy = Path.Join(Platform.Directory, "contract");
        await Shell.RunAsync("sh", "-ec", """
            mkdir -p "$2/src/Messages"
            cp "$1"/Directory.*.props "$1"/BannedSymbols.txt "$1"/global.json "$2"
            cd "$1/src/Messages" && cp -r README.md LICENSE *.csproj *.cs Commands Events "$2/src/Messages"
            """, "sh", ServiceProcess.Repository, copy);
        await Shell.RunAsync(
            "dotnet", "pack", Path.Join(copy, "src/Messages"), "--configuration", "Release", "--nologo", "-v", "quiet", "--output", packages, $"-p:Version={version}");
        var unpacked = Path.Join(Platform.Directory, "unpacked");
        await System.IO.Compression.ZipFile.ExtractToDirectoryAsync(Path.Join(packages, $"{Id}.{version}.nupkg"), unpacked);
        Assert.Equal(Frameworks, Directory.GetDirectories(Path.Join(unpacked, "lib")).Select(Path.GetFileName).Order());
        Assert.Contains("Apache License", await File.ReadAllTextAsync(Path.Join(unpacked, "LICENSE")));
        Assert.Contains("<license type=\"expression\">Apache-2.0</license>", await File.ReadAllTextAsync(Path.Join(unpacked, $"{Id}.nuspec")));
        foreach (var framework in Frameworks)
        {
            // Whoever is not on Linux may send too.
            var assembly = await File.ReadAllBytesAsync(Path.Join(unpacked, "lib", framework, $"{Id}.dll"));
            Assert.Equal(-1, assembly.AsSpan().IndexOf("SupportedOSPlatform"u8));
        }

        var consumer = Directory.CreateDirectory(Path.Join(Platform.Directory, "consumer")).FullName;
        var documentation = await File.ReadAllTextAsync(Path.Join(unpacked, "README.md"));
        await File.WriteAllTextAsync(Path.Join(consumer, "Program.cs"), Regex.Match(documentation, "```csharp\n(.*?)```", RegexOptions.Singleline).Groups[1].Value);
        await File.WriteAllTextAsync(Path.Join(consumer, "Consumer.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <RestoreAdditionalProjectSources>{packages}</RestoreAdditionalProjectSources>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="MassTransit.RabbitMQ" Version="{typeof(MassTransit.IBus).Assembly.GetName().Version!.ToString(3)}" />
                <PackageReference Include="{Id}" Version="{version}" />
              </ItemGroup>
            </Project>
            """);
        var repository = await Platform.CreatePluginAsync("packaged");
        try
        {
            await Shell.RunAsync("dotnet", "build", consumer, "--nologo", "-v", "quiet");
            var output = await Shell.RunAsync(
                "dotnet", Path.Join(consumer, "bin/Debug/net10.0/Consumer.dll"), "127.0.0.1", Platform.Vhost, repository.Url);
            Assert.EndsWith("completed acceptance/packaged 0.0.1 \n", output);
        }
        finally
        {
            var cache = Path.Join(Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? $"{Environment.GetEnvironmentVariable("HOME")}/.nuget/packages", Id.ToLowerInvariant(), version);
            if (Directory.Exists(cache))
                Directory.Delete(cache, recursive: true);
        }
    }
}
