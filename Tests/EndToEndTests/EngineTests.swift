import Foundation
import Testing

extension EndToEnd {
    /// Real container engines take foster for their `--init`.
    @Suite struct EngineTests {
        /// Runs a script beside an engine in namespaces of its own; `$DIR` is a directory, `$DIR/root` an image's content,
        /// `$DIR/docker-init` foster. What it prints.
        private func engine(_ script: String) throws -> String {
            let root = try RootFileSystem(Programs.foster, "/bin/sh", "/bin/sleep", "/bin/readlink")
            let directory = try TemporaryDirectory()
            try FileManager.default.createSymbolicLink(
                atPath: directory.file("root"), withDestinationPath: root.path)
            try FileManager.default.copyItem(atPath: Programs.foster, toPath: directory.file("docker-init"))
            let setup = "mount -t tmpfs tmpfs /run; cd $DIR; ip link set lo up; tar -C root/ -c . > image.tar\n"
            let words = ["--mount", "--net", "--pid", "--fork", "--mount-proc", "--kill-child", "--", "/bin/sh", "-c"]
            let environment = Programs.environment.merging(["DIR": directory.path]) { $1 }
            let finished = try Finished.run(
                Programs.path("unshare"), words + [setup + script], environment: environment, within: .seconds(120))
            #expect(finished.ending == .exited(0), "\(finished.output) \(finished.errors)")
            return finished.output
        }

        private static let inside = "readlink /proc/1/exe; exit 7"
        private static let trap = "trap 'exit 5' TERM; while :; do sleep 0.01; done"

        @Test(.needsRoot, .needs("dockerd", "docker", "ip"))
        func dockerTakesItForItsInit() throws {
            let output = try engine(
                """
                export DOCKER_HOST=unix:///run/engine.sock
                dockerd --host $DOCKER_HOST --data-root $DIR/data --exec-root /run/engine --pidfile /run/engine.pid \\
                    --iptables=false --ip6tables=false --bridge=none --storage-driver vfs --init-path $DIR/docker-init \\
                    --default-ulimit nofile=20000:20000 > $DIR/dockerd.log 2>&1 &
                daemon=$!
                until docker version > /dev/null 2>&1; do
                    kill -0 $daemon || { cat $DIR/dockerd.log; exit 1; }
                    sleep 0.1
                done
                docker import - image < image.tar > /dev/null
                docker info --format 'init={{.InitBinary}} {{.InitCommit.ID}}' 2> /dev/null
                docker run --rm --init --network none image sh -c '\(Self.inside)'; echo code=$?
                docker run --detach --name stopped --init --network none image sh -c "\(Self.trap)" > /dev/null
                sleep 1
                docker stop --time 60 stopped > /dev/null
                docker inspect --format 'stopped={{.State.ExitCode}}' stopped
                """)
            #expect(output.contains("/docker-init de40ad0\n"), "\(output)")
            #expect(output.contains("/sbin/docker-init\ncode=7\nstopped=5\n"), "\(output)")
        }

        @Test(.needsRoot, .needs("podman", "runc", "ip"))
        func podmanTakesItForItsInit() throws {
            let output = try engine(
                """
                engine() {
                    podman --root $DIR/data --runroot /run/engine --storage-driver vfs --runtime runc \\
                        --cgroup-manager cgroupfs --events-backend none "$@"
                }
                engine import - image < image.tar > /dev/null 2>&1
                init="--init --init-path $DIR/docker-init --network none"
                engine run --rm $init image sh -c '\(Self.inside)'; echo code=$?
                engine run --detach --name stopped $init image sh -c "\(Self.trap)" > /dev/null
                sleep 1
                engine stop --time 60 stopped > /dev/null
                engine inspect --format 'stopped={{.State.ExitCode}}' stopped
                """)
            #expect(output.contains("/run/podman-init\ncode=7\nstopped=5\n"), "\(output)")
        }
    }
}
