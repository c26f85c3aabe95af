namespace WazoPlugind.Acceptance;

/// <summary>The journeys share one platform and run one after the other: the machine has one dpkg.</summary>
[CollectionDefinition(Name)]
public sealed class SharedPlatform : ICollectionFixture<Platform>
{
    public const string Name = "acceptance";
}
