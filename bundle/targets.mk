# The build of every function and layer. The metadata of each in template.yaml names the Makefile of its architecture.
# `sam build` runs the target build-<logical id> in a copy of the folder of the function or the layer. With the option
# cached, it runs the target again only after a change in that folder. After a change here, delete .aws-sam/cache.

HERE := $(dir $(lastword $(MAKEFILE_LIST)))

# The first of these commands that runs Python 3.13. A pyenv shim may exist but fail: it runs the version that the
# repository names only in the repository, and `sam build` runs make in another folder.
PYTHON := $(shell cd "$(HERE)" && for candidate in python3.13 python3 python; do \
	"$$candidate" -IS -c 'import sys; sys.version_info[:2] == (3, 13) or sys.exit(1); print(sys.executable)' \
	2>/dev/null && break; done)
ifeq ($(PYTHON),)
$(error sam build needs Python 3.13 on the PATH)
endif
BUNDLE = @"$(PYTHON)" -IS "$(HERE)bundle.py"

build-%Function:
	$(BUNDLE) "$(ARTIFACTS_DIR)" /var/task $(ARCHITECTURE)

build-%Layer:
	$(BUNDLE) "$(ARTIFACTS_DIR)/python" /opt/python $(ARCHITECTURE)

# `make web-build` builds the pages and the OpenAPI document. Tests that open no page do without the pages.
build-OpenapiFunction: openapi.json
ifneq ($(MINUTEHAND_PAGES),none)
build-PlannerFunction: site/index.html
build-OpenapiFunction: site/swagger-ui-bundle.js
endif
openapi.json site/index.html site/swagger-ui-bundle.js:
	@echo "$@ is missing. Run 'make web-build' first." >&2; exit 1
